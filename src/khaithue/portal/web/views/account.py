"""The user's own account: security settings, second factor, recovery codes, sessions."""

from urllib.parse import quote

from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from khaithue.portal.login.actions.end_sessions import end_other_sessions, end_session
from khaithue.portal.login.actions.second_factor import renew_codes, turn_off, turn_on
from khaithue.portal.login.codes import confirm_code, issue_code
from khaithue.portal.login.lockout import CODE, PASSWORD, failed, passed, take_try
from khaithue.portal.login.models import SecondFactor, UserSession
from khaithue.portal.login.sealing import seal, unseal
from khaithue.portal.login.sessions import sessions_of
from khaithue.portal.login.stages import confirm_now
from khaithue.portal.login.totp import address_for_program, new_secret, qr_code
from khaithue.portal.web.account import OwnerRequest, account_page, confirmed_page
from khaithue.portal.web.device import device_words
from khaithue.portal.web.entering import counted, go_on, refusal, with_next
from khaithue.portal.web.request import page

NEW_SECRET = "login.new_secret"  # noqa: S105  # the name of a session key
SECTION = {"section": "account"}


@account_page
def security(request: OwnerRequest) -> HttpResponse:
    """What the user has set for logging in, and where the user is logged in."""
    here = request.session.session_key
    listed = [(item, device_words(item.agent), item.session_id == here) for item in sessions_of(request.user)]
    context = {
        **SECTION,
        "second": SecondFactor.objects.filter(user=request.user).first(),
        "codes_left": request.user.recovery_codes.count(),
        "sessions": sorted(listed, key=lambda item: not item[2]),
    }
    return page(request, "web/security.html", context)


@sensitive_post_parameters("password")
@account_page
@require_http_methods(["GET", "POST"])
def confirm(request: OwnerRequest) -> HttpResponse:
    """Show with the password who it is, before a sensitive page."""
    shown = {**SECTION, "next": go_on(request)}
    if request.method == "GET":
        return page(request, "web/confirm.html", shown)
    tries = counted(request, PASSWORD, request.user.username)
    if until := take_try(*tries):
        return refusal(request, "web/confirm.html", "", until, **shown)
    if not request.user.check_password(request.POST.get("password", "")):
        return refusal(request, "web/confirm.html", _("Mật khẩu không đúng."), failed(*tries), **shown)
    passed(*tries)
    confirm_now(request)
    return redirect(go_on(request))


@account_page
@require_POST
def send_confirm_code(request: OwnerRequest) -> HttpResponse:
    """Mail a code to show who it is."""
    if until := issue_code(request.user, "confirm"):
        return refusal(request, "web/confirm.html", "", until, **SECTION, next=go_on(request))
    return redirect(with_next("web:confirm_code", go_on(request)))


@sensitive_post_parameters("code")
@account_page
@require_http_methods(["GET", "POST"])
def enter_confirm_code(request: OwnerRequest) -> HttpResponse:
    """Show with a mailed code who it is."""
    template, shown = "web/confirm_code.html", {**SECTION, "next": go_on(request)}
    if request.method == "GET":
        return page(request, template, shown)
    tries = counted(request, CODE, f"confirm:{request.user.pk}")
    if until := take_try(*tries):
        return refusal(request, template, "", until, **shown)
    if not confirm_code(request.user, "confirm", request.POST.get("code", "")[:40]):
        fault = _("Mã không đúng, đã dùng rồi hoặc đã hết hạn.")
        return refusal(request, template, fault, failed(*tries), **shown)
    passed(*tries)
    confirm_now(request)
    return redirect(go_on(request))


@sensitive_post_parameters("code")
@confirmed_page
@require_http_methods(["GET", "POST"])
def second_on(request: OwnerRequest) -> HttpResponse:
    """Turn the second factor on: scan, type a code, keep the recovery codes."""
    if SecondFactor.objects.filter(user=request.user).exists():
        return redirect("web:security")
    secret = _held_secret(request)
    if request.method == "GET":
        return _enrolment(request, secret)
    typed = "".join(request.POST.get("code", "").split())
    codes = turn_on(user=request.user, secret=secret, code=typed, keep=request.session.session_key)
    if not codes:
        return _enrolment(request, secret, _("Mã không đúng. Kiểm tra giờ của điện thoại rồi nhập mã mới."))
    del request.session[NEW_SECRET]
    return _codes_page(request, codes)


@confirmed_page
@require_http_methods(["GET", "POST"])
def second_off(request: OwnerRequest) -> HttpResponse:
    """Turn the second factor off, after asking."""
    if request.method == "GET":
        return page(request, "web/second_off.html", SECTION)
    turn_off(user=request.user)
    messages.success(request, _("Đã tắt xác thực hai bước."))
    return redirect("web:security")


@confirmed_page
@require_http_methods(["GET", "POST"])
def recovery_codes(request: OwnerRequest) -> HttpResponse:
    """Fresh recovery codes, after asking; they are shown this once."""
    if not SecondFactor.objects.filter(user=request.user).exists():
        return redirect("web:security")
    if request.method == "GET":
        return page(request, "web/recovery_renew.html", SECTION)
    return _codes_page(request, renew_codes(user=request.user))


@account_page
@require_POST
def end_one(request: OwnerRequest, pk: int) -> HttpResponse:
    """End one of the user's sessions."""
    listed = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_session(user=request.user, listed=listed)
    messages.success(request, _("Đã kết thúc phiên đăng nhập."))
    return redirect("web:security")


@account_page
@require_POST
def end_others(request: OwnerRequest) -> HttpResponse:
    """End every session but this one."""
    count = end_other_sessions(user=request.user, keep=request.session.session_key)
    said = ngettext("Đã kết thúc %d phiên khác.", "Đã kết thúc %d phiên khác.", count) % count
    messages.success(request, said)
    return redirect("web:security")


def _held_secret(request: OwnerRequest) -> str:
    """The secret being set up, sealed in the session so that a reload shows the same QR code."""
    try:
        return unseal(request.session[NEW_SECRET])
    except (KeyError, InvalidToken):
        secret = new_secret()
        request.session[NEW_SECRET] = seal(secret)
        return secret


def _enrolment(request: OwnerRequest, secret: str, fault: str = "") -> HttpResponse:
    context = {
        **SECTION,
        "qr": qr_code(address_for_program(secret, request.user.username)),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "fault": fault,
    }
    return page(request, "web/second_on.html", context)


def _codes_page(request: OwnerRequest, codes: list[str]) -> HttpResponse:
    head = f"khaithue – {request.user.username} – {request.get_host()}"
    file = "data:text/plain;charset=utf-8," + quote("\r\n".join([head, "", *codes, ""]))
    return page(request, "web/recovery_codes.html", {**SECTION, "codes": codes, "file": file})
