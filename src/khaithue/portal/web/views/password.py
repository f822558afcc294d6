"""Passwords: forgotten, set anew with a mailed link, changed."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from khaithue.portal.accounts.models import User
from khaithue.portal.login.actions.set_password import set_password
from khaithue.portal.login.finding import as_counted, user_called
from khaithue.portal.login.lockout import PASSWORD, SEND_FROM, SEND_LINK, Counted, failed, passed, take_try
from khaithue.portal.login.passwords import faults_of
from khaithue.portal.login.stages import confirm_now
from khaithue.portal.login.tasks import mail_reset_link
from khaithue.portal.login.words import PASSWORD_FAULTS
from khaithue.portal.web.account import OwnerRequest, account_page
from khaithue.portal.web.entering import counted, refusal
from khaithue.portal.web.request import page
from khaithue.portal.web.shown import say
from khaithue.returns.findings import Text

TOKEN, IN_SESSION = "login.reset_token", "set"  # names of a session key and of an address


@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password. The answer is the same whether there is such an account."""
    template, typed = "web/forgotten.html", request.POST.get("username", "")
    if request.method == "GET":
        return page(request, template, {})
    if until := take_try(*counted(request, SEND_LINK, typed, SEND_FROM)):
        return refusal(request, template, "", until, typed=typed)
    user = user_called(typed)
    mail_reset_link.enqueue(user.pk if user else None)
    return page(request, template, {"sent": True})


@sensitive_post_parameters("new", "again")
@never_cache
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """Set a new password with the link of an e-mail.

    The token goes into the session and out of the address, so that no history and no referrer has it.
    """
    if token != IN_SESSION:
        request.session[TOKEN] = token
        return redirect("web:new_password", name, IN_SESSION)
    user = _owner(name, request.session.get(TOKEN, ""))
    if user is None:
        return page(request, "web/new_password.html", {"expired": True}, status=410)
    if request.method == "GET":
        return _asked(request, user, [])
    typed = request.POST.get("new", "")
    if faults := _faults(request, typed, user):
        return _asked(request, user, faults)
    set_password(user=user, password=typed, keep=None, how="link")
    del request.session[TOKEN]
    passed(*(Counted(PASSWORD, as_counted(name)) for name in (user.username, user.email)))
    messages.success(request, _("Đã đặt mật khẩu mới. Hãy đăng nhập bằng mật khẩu này."))
    return redirect("web:login")


@sensitive_post_parameters("old", "new", "again")
@account_page
def change(request: OwnerRequest) -> HttpResponse:
    """Change the password, with the present one. Every other session ends."""
    user, typed = request.user, request.POST.get("new", "")
    if request.method == "GET":
        return _changing(request, [])
    tries = counted(request, PASSWORD, user.username)
    if until := take_try(*tries):
        return refusal(request, "web/password.html", "", until, **_rules(request))
    if not user.check_password(request.POST.get("old", "")):
        fault = _("Mật khẩu hiện tại không đúng.")
        return refusal(request, "web/password.html", fault, failed(*tries), **_rules(request))
    passed(*tries)
    if faults := _faults(request, typed, user):
        return _changing(request, faults)
    set_password(user=user, password=typed, keep=request.session.session_key, how="changed")
    update_session_auth_hash(request, user)
    confirm_now(request)
    messages.success(request, _("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."))
    return redirect("web:security")


def _owner(name: str, token: str) -> User | None:
    try:
        key = int(urlsafe_base64_decode(name))
    except ValueError:
        return None
    user = User.objects.filter(pk=key, is_active=True).first() if key < 2**63 else None
    return user if user and default_token_generator.check_token(user, token) else None


def _faults(request: HttpRequest, typed: str, user: User) -> list[Text]:
    faults = faults_of(typed, user)
    if typed != request.POST.get("again", ""):
        faults.append(PASSWORD_FAULTS["differ"])
    if user.check_password(typed):
        faults.append(PASSWORD_FAULTS["same"])
    return faults


def _asked(request: HttpRequest, user: User, faults: list[Text]) -> HttpResponse:
    return page(request, "web/new_password.html", {**_rules(request, faults), "owner": user.username})


def _changing(request: OwnerRequest, faults: list[Text]) -> HttpResponse:
    return page(request, "web/password.html", _rules(request, faults))


def _rules(request: HttpRequest, faults: list[Text] | None = None) -> dict[str, object]:
    return {
        "shortest": settings.PASSWORD_LENGTH,
        "faults": [say(text) for text in faults or []],
        "first": getattr(request.user, "must_change_password", False),
        "section": "account",
    }
