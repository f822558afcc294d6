"""The demo's inbox."""

from django.http import HttpResponse

from khaithue.portal.demo.inbox import messages
from khaithue.portal.web.request import MemberRequest, member_page, page


@member_page
def inbox(request: MemberRequest) -> HttpResponse:
    """The mail the demo's server has taken, newest first."""
    return page(request, "web/inbox.html", {"mails": messages()})
