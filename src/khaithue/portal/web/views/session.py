"""Log in, log out, choose the taxpayer."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.login.actions.check_second import check_second
from khaithue.portal.login.actions.log_out import log_out as end
from khaithue.portal.login.codes import confirm_login_code
from khaithue.portal.login.finding import user_called
from khaithue.portal.login.lockout import CODE, PASSWORD, SECOND, SEND, SEND_FROM, failed, passed, take_try
from khaithue.portal.login.stages import pending_user
from khaithue.portal.login.tasks import mail_code
from khaithue.portal.web.entering import (
    counted,
    first_factor_given,
    go_on,
    log_in_and_go_on,
    refusal,
    with_next,
)
from khaithue.portal.web.request import CHOSEN, MemberRequest, member_page, page

ASKED = "login.code_for"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page: name or e-mail and password. A user already logged in goes on."""
    if request.user.is_authenticated:
        return redirect(go_on(request))
    typed = request.POST.get("username", "")
    shown = {"typed": typed, "next": go_on(request)}
    if request.method == "GET":
        return page(request, "web/login.html", shown)
    tries = counted(request, PASSWORD, typed)
    if until := take_try(*tries):
        return refusal(request, "web/login.html", "", until, **shown)
    user = authenticate(request, username=typed, password=request.POST.get("password", ""))
    if not isinstance(user, User):
        fault = _("Tên đăng nhập hoặc mật khẩu không đúng.")
        return refusal(request, "web/login.html", fault, failed(*tries), **shown)
    passed(*tries)
    return first_factor_given(request, user, "password")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the authenticator program, or a recovery code."""
    template, shown = "web/login_second.html", {"next": go_on(request)}
    pending = pending_user(request)
    if pending is None:
        return redirect(with_next("web:login", go_on(request)))
    if request.method == "GET":
        return page(request, template, shown)
    user, factor = pending
    tries = counted(request, SECOND, f"user:{user.pk}")
    if until := take_try(*tries):
        return refusal(request, template, "", until, **shown)
    taken = check_second(user=user, typed=request.POST.get("code", "")[:40])
    if not taken:
        return refusal(request, template, _("Mã không đúng hoặc đã dùng rồi."), failed(*tries), **shown)
    passed(*tries)
    return log_in_and_go_on(request, user, [factor, taken])


@never_cache
@require_http_methods(["GET", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """Log in by e-mail, first step: whose account. The answer is the same whether there is one."""
    typed = request.POST.get("username", "")
    shown = {"typed": typed, "next": go_on(request)}
    if request.method == "GET":
        return page(request, "web/login_code.html", shown)
    if until := take_try(*counted(request, SEND, typed, SEND_FROM)):
        return refusal(request, "web/login_code.html", "", until, **shown)
    user = user_called(typed)
    mail_code.enqueue(user.pk if user else None, "login")
    request.session[ASKED] = typed[:254]
    return redirect(with_next("web:login_code_enter", go_on(request)))


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Log in by e-mail, second step: the code."""
    template, typed = "web/login_code_enter.html", request.session.get(ASKED)
    if typed is None:
        return redirect(with_next("web:login_code", go_on(request)))
    shown = {"typed": typed, "next": go_on(request)}
    if request.method == "GET":
        return page(request, template, shown)
    tries = counted(request, CODE, typed)
    if until := take_try(*tries):
        return refusal(request, template, "", until, **shown)
    user = user_called(typed)
    confirmed = confirm_login_code(user, request.POST.get("code", "")[:40])
    if user is None or not confirmed:
        fault = _("Mã không đúng, đã dùng rồi hoặc đã hết hạn.")
        return refusal(request, template, fault, failed(*tries), **shown)
    passed(*tries, counted(request, SEND, typed)[0])
    del request.session[ASKED]
    return first_factor_given(request, user, "e-mail")


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    if isinstance(request.user, User):
        end(user=request.user, request=request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
@member_page
def choose_taxpayer(request: MemberRequest) -> HttpResponse:
    """Act for another of the user's taxpayers from now on, on the page asked for as ``next``."""
    chosen = get_object_or_404(Taxpayer.objects.of(request.user), pk=_number(request))
    request.session[CHOSEN] = chosen.pk
    return redirect(go_on(request))


def _number(request: HttpRequest) -> int:
    given = request.POST.get("taxpayer", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0
