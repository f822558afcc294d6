"""The demo's inbox."""

from khaithue.portal.demo.inbox import messages
from khaithue.portal.web.request import MemberRequest, member_page, page
from django.http import HttpResponse


@member_page
def inbox(request: MemberRequest) -> HttpResponse:
    """The mail the demo's server has taken, newest first."""
    return page(request, "web/inbox.html", {"mails": messages()})
