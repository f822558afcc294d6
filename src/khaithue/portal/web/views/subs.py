"""Sub-accounts: invited, accepted with a link, their rights, taken away."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Membership, User
from khaithue.portal.login.passwords import faults_of
from khaithue.portal.login.words import PASSWORD_FAULTS
from khaithue.portal.registration.actions.invite_sub import (
    Newcomer,
    accept_as_new,
    accept_as_user,
    cancel_invitation,
    invite_sub,
    limit,
    open_invitations,
    usable,
)
from khaithue.portal.registration.actions.invite_sub import subs as subs_of
from khaithue.portal.registration.actions.sub_rights import remove_sub, set_rights
from khaithue.portal.registration.grants import Grants, held_by, of_membership
from khaithue.portal.registration.links import invitation_life
from khaithue.portal.registration.models import Invitation
from khaithue.portal.web.request import MemberRequest, page, page_for
from khaithue.portal.web.shown import say, told
from khaithue.returns.findings import Finding

SECTION = {"section": "details"}


@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def subs(request: MemberRequest) -> HttpResponse:
    """The sub-accounts and open invitations; and one more invited."""
    if request.method == "GET":
        return _list(request)
    outcome = invite_sub(
        user=request.user,
        taxpayer=request.taxpayer,
        email=request.POST.get("email", "")[:300],
        grants=_grants(request),
    )
    if outcome.value is None:
        return _list(request, outcome.findings)
    messages.success(request, _("Đã gửi lời mời đến %s.") % outcome.value.email)
    return redirect("web:subs")


@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def sub(request: MemberRequest, pk: int) -> HttpResponse:
    """Change what a sub-account may do."""
    membership = _membership(request, pk)
    if request.method == "GET":
        return _sub(request, membership)
    outcome = set_rights(user=request.user, membership=membership, grants=_grants(request))
    if outcome.value is None:
        return _sub(request, _membership(request, pk), outcome.findings)
    messages.success(request, _("Đã đổi quyền của tài khoản phụ."))
    return redirect("web:subs")


@require_POST
@page_for(Right.MANAGE)
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a sub-account away."""
    membership = _membership(request, pk)
    outcome = remove_sub(user=request.user, membership=membership)
    if outcome.value is None:
        return _sub(request, membership, outcome.findings)
    messages.success(request, _("Đã xóa tài khoản phụ."))
    return redirect("web:subs")


@require_POST
@page_for(Right.MANAGE)
def cancel(request: MemberRequest, pk: int) -> HttpResponse:
    """Make an invitation void."""
    mine = Invitation.objects.filter(taxpayer=request.taxpayer, role=Membership.Role.SUB)
    cancel_invitation(user=request.user, invitation=get_object_or_404(mine, pk=pk))
    messages.success(request, _("Đã hủy lời mời."))
    return redirect("web:subs")


@sensitive_post_parameters("new", "again")
@sensitive_variables("secret")
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation: with a new account, or with the account there is."""
    found, wrong = usable(secret)
    if found is None:
        context = {"findings": told((wrong,) if wrong else ())}
        return page(request, "web/invitation.html", context, status=410)
    if request.method == "GET":
        return _invited(request, found)
    if User.objects.filter(email__iexact=found.email).exists():
        return _as_user(request, found, secret)
    return _as_new(request, found, secret)


def _as_new(request: HttpRequest, found: Invitation, secret: str) -> HttpResponse:
    name, typed = request.POST.get("username", "").strip()[:150], request.POST.get("new", "")
    faults = faults_of(typed, User(username=name, email=found.email))
    if typed != request.POST.get("again", ""):
        faults.append(PASSWORD_FAULTS["differ"])
    if faults:
        return _invited(request, found, faults=[say(text) for text in faults])
    newcomer = Newcomer(name, request.POST.get("name", "").strip(), typed)
    outcome = accept_as_new(secret=secret, newcomer=newcomer)
    if outcome.value is None:
        return _invited(request, found, outcome.findings)
    messages.success(request, _("Đã tạo tài khoản. Hãy đăng nhập bằng tên và mật khẩu vừa đặt."))
    return redirect("web:login")


def _as_user(request: HttpRequest, found: Invitation, secret: str) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect(f"{settings.LOGIN_URL}?next={request.path}")
    outcome = accept_as_user(user=request.user, secret=secret)
    if outcome.value is None:
        return _invited(request, found, outcome.findings)
    messages.success(request, _("Đã nhận tài khoản phụ."))
    return redirect("web:dashboard")


def _invited(
    request: HttpRequest,
    found: Invitation,
    wrong: tuple[Finding, ...] = (),
    faults: list[str] | None = None,
) -> HttpResponse:
    context = {
        "invitation": found,
        "has_account": User.objects.filter(email__iexact=found.email).exists(),
        "typed": {name: request.POST.get(name, "")[:150] for name in ("username", "name")},
        "shortest": settings.PASSWORD_LENGTH,
        "faults": faults or [],
        "findings": told(wrong),
    }
    return page(request, "web/invitation.html", context, status=422 if wrong or faults else 200)


def _list(request: MemberRequest, wrong: tuple[Finding, ...] = ()) -> HttpResponse:
    members = request.taxpayer.memberships.select_related("user").order_by("role", "user__username")
    now = timezone.now()
    context = {
        **SECTION,
        "members": [(item, of_membership(item)) for item in members],
        "invitations": [
            (item, Grants(item.may_prepare, item.may_file, item.may_manage))
            for item in open_invitations(request.taxpayer, now).order_by("pk")
        ],
        "limit": limit(),
        "taken": subs_of(request.taxpayer).count() + open_invitations(request.taxpayer, now).count(),
        "days": invitation_life().days,
        "typed": request.POST.get("email", "")[:300],
        "grants": _grants(request) if wrong else Grants(prepare=True),
        "held": held_by(request.user, request.taxpayer),
        "findings": told(wrong),
    }
    return page(request, "web/subs.html", context, status=422 if wrong else 200)


def _sub(request: MemberRequest, membership: Membership, wrong: tuple[Finding, ...] = ()) -> HttpResponse:
    context = {
        **SECTION,
        "membership": membership,
        "grants": of_membership(membership),
        "held": held_by(request.user, request.taxpayer),
        "findings": told(wrong),
    }
    return page(request, "web/sub.html", context, status=422 if wrong else 200)


def _membership(request: MemberRequest, pk: int) -> Membership:
    return get_object_or_404(request.taxpayer.memberships.select_related("user", "taxpayer"), pk=pk)


def _grants(request: HttpRequest) -> Grants:
    return Grants(**{name: name in request.POST for name in ("prepare", "file", "manage")})
