"""Log in, log out, choose the taxpayer."""

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.web.request import CHOSEN, MemberRequest, frame, member_page


class LogIn(LoginView):
    """The log-in page; a user already logged in goes on to the dashboard."""

    template_name = "web/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page and its frame show."""
        return {**frame(self.request), **super().get_context_data(**kwargs)}


log_out = LogoutView.as_view()


@require_POST
@member_page
def choose_taxpayer(request: MemberRequest) -> HttpResponse:
    """Act for another of the user's taxpayers from now on."""
    chosen = get_object_or_404(Taxpayer.objects.of(request.user), pk=_number(request))
    request.session[CHOSEN] = chosen.pk
    return redirect("web:dashboard")


def _number(request: HttpRequest) -> int:
    given = request.POST.get("taxpayer", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0
