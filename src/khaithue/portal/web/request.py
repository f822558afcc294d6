"""Who asks, and for which taxpayer: what every view of a logged-in user begins with."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from khaithue.portal.accounts.access import NONE, Access, Right, access, accesses
from khaithue.portal.accounts.models import Officer, Taxpayer, User
from khaithue.portal.filing.by_code import may_confirm
from khaithue.portal.notices.reach import notices_for, unread

P = ParamSpec("P")
CHOSEN = "taxpayer"
FOR = "for"


class MemberRequest(HttpRequest):
    """A request of a logged-in user who acts for ``taxpayer`` within ``access``."""

    user: User
    taxpayer: Taxpayer
    taxpayers: list[Taxpayer]
    access: Access


View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def member_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view for a logged-in user and the taxpayer chosen in the session; one with no taxpayer is told so.

    A link of an e-mail names in ``for`` the tax code it is about: that taxpayer is then the chosen one.
    """

    @login_required
    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        member = as_member(request)
        if member is None:
            return page(request, "web/no_taxpayer.html", {}, status=403)
        if led := _led_here(member):
            return led
        return view(member, *args, **kwargs)

    return asked


def as_member(request: HttpRequest) -> MemberRequest | None:
    """The request with the taxpayer chosen in the session; None for who acts for nobody or is not logged in.

    A page that is no taxpayer's calls it to keep the whole frame around it.
    """
    member = cast(MemberRequest, request)
    found = list(Taxpayer.objects.of(member.user).order_by("mst")) if request.user.is_authenticated else []
    if not found:
        return None
    member.taxpayers = found
    member.taxpayer = _chosen(member)
    member.access = access(member.user, member.taxpayer, timezone.localdate())
    return member


def page_for(
    right: Right,
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """A member page that only those with a right may open."""

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def asked(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.access.may(right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return member_page(asked)

    return decorate


def filer_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A member page for who may file for the taxpayer chosen or for any other it reaches."""

    @wraps(view)
    def asked(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.access.may(Right.FILE) and not _files_for_any(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return member_page(asked)


def _files_for_any(request: MemberRequest) -> bool:
    granted = accesses(request.user, request.taxpayers, timezone.localdate())
    return any(each.may(Right.FILE) for each in granted.values())


class OfficerRequest(HttpRequest):
    """A request of a logged-in officer of a tax office."""

    user: User
    officer: Officer


OfficerView = Callable[Concatenate[OfficerRequest, P], HttpResponseBase]


def officer_page(view: OfficerView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A view for an officer; anybody else is refused."""

    @login_required
    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        officer = Officer.objects.filter(user=request.user.pk, user__is_active=True).first()
        if officer is None:
            raise PermissionDenied
        asking = cast(OfficerRequest, request)
        asking.officer = officer
        return view(asking, *args, **kwargs)

    return asked


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A whole page: the context and what the frame of every page shows."""
    return render(request, template, {**frame(request), **context}, status=status)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page shows."""
    return {
        "taxpayer": getattr(request, "taxpayer", None),
        "taxpayers": getattr(request, "taxpayers", []),
        **_rights(getattr(request, "access", NONE)),
        "by_code": _by_code(request),
        "for_client": getattr(request, "access", NONE).by_contract,
        "officer": getattr(request, "officer", None),
        "unread_notices": _unread(request),
        "demo": settings.DEMO,
        "here": request.get_full_path() if request.method == "GET" else "/",
    }


def _unread(request: HttpRequest) -> int:
    """How many notices of the chosen taxpayer this user has not opened."""
    if not hasattr(request, "access"):
        return 0
    member = cast(MemberRequest, request)
    found = notices_for(member.user, member.taxpayer, member.access)
    return unread(found, member.user).count()


def _by_code(request: HttpRequest) -> bool:
    """Whether this user confirms the returns of the chosen taxpayer with a code."""
    if not hasattr(request, "access"):
        return False
    member = cast(MemberRequest, request)
    return may_confirm(member.user, member.taxpayer, timezone.now())


def _rights(granted: Access) -> dict[str, bool]:
    """What the pages offer: ``may_prepare``, ``may_file``, ``may_manage``."""
    return {f"may_{right}": granted.may(right) for right in (Right.PREPARE, Right.FILE, Right.MANAGE)}


def _led_here(request: MemberRequest) -> HttpResponse | None:
    """Choose the taxpayer a link names and lead on to its page; a stranger's tax code changes nothing."""
    if request.method != "GET" or FOR not in request.GET:
        return None
    asked = request.GET.copy()
    (mst,) = asked.pop(FOR)[-1:]
    if named := next((item for item in request.taxpayers if item.mst == mst), None):
        request.session[CHOSEN] = named.pk
    return redirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)


def _chosen(request: MemberRequest) -> Taxpayer:
    """The one chosen in the session, else the user's own, else the first it has a contract with."""
    wanted = request.session.get(CHOSEN)
    if chosen := next((item for item in request.taxpayers if item.pk == wanted), None):
        return chosen
    own = set(request.user.memberships.values_list("taxpayer", flat=True))
    return next((item for item in request.taxpayers if item.pk in own), request.taxpayers[0])
