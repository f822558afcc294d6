"""Who calls: the token of a request, what it may do, and the taxpayer it acts for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from inspect import Parameter, signature
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.conf import settings
from django.db.models import Case, F, When
from django.http import HttpRequest
from django.utils import timezone
from ninja.params.functions import Path

from khaithue.portal.accounts.access import Access, Right, access, accesses
from khaithue.portal.accounts.models import AgentContract, Taxpayer, User
from khaithue.portal.action import Key, acting_with
from khaithue.portal.api import keys
from khaithue.portal.api.models import Token
from khaithue.portal.api.problems import Refusal, refusal
from khaithue.portal.api.scopes import Scope

P = ParamSpec("P")
T = TypeVar("T")

Mst = Path(..., description="Tax code of the taxpayer.", example="0319900012")

CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@dataclass(frozen=True)
class Caller:
    """A program that acts for ``taxpayer`` with a token, within ``access``."""

    token: Token
    taxpayer: Taxpayer
    access: Access

    @property
    def user(self) -> User:
        """The user who made the token."""
        return self.token.user


class ApiRequest(HttpRequest):
    """A request whose token has been accepted, and its caller where the address names a taxpayer."""

    auth: Token
    caller: Caller


def scoped(scope: Scope | None = None) -> Callable[[HttpRequest], Token]:
    """What accepts the token of a request, if it lives, has the scope, and is not used too often."""

    def accept(request: HttpRequest) -> Token:
        token = _alive(_key(request), timezone.now())
        _count(token, timezone.now())
        if scope and scope not in token.scopes:
            raise refusal(403, "API-SCOPE", scope=scope)
        return token

    return accept


def for_taxpayer(
    right: Right,
) -> Callable[[Callable[Concatenate[ApiRequest, P], T]], Callable[Concatenate[HttpRequest, P], T]]:
    """A route of an address with ``mst``: the token's user must have the right for that taxpayer.

    The route itself does not take ``mst``; it asks ``request.caller``.
    """

    def decorate(
        view: Callable[Concatenate[ApiRequest, P], T],
    ) -> Callable[Concatenate[HttpRequest, P], T]:
        @wraps(view)
        def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> T:
            api = cast(ApiRequest, request)
            api.caller = _caller(api.auth, str(kwargs.pop("mst")), right)
            with acting_with(Key(f"token:{api.auth.pk}", api.auth.taxpayer)):
                return view(api, *args, **kwargs)

        taken = signature(view)
        of_address = Parameter("mst", Parameter.KEYWORD_ONLY, default=Mst, annotation=str)
        asked.__signature__ = taken.replace(parameters=[*taken.parameters.values(), of_address])  # type: ignore[attr-defined]  # functions have one
        return asked

    return decorate


def reached(token: Token) -> list[Caller]:
    """Every taxpayer the token acts for today: its own, and those its agent has contracts with."""
    today = timezone.localdate()
    clients = AgentContract.objects.in_force(today).filter(agent=token.taxpayer).values("taxpayer")
    rows = Taxpayer.objects.filter(pk=token.taxpayer.pk) | Taxpayer.objects.filter(pk__in=clients)
    found = list(rows.order_by("mst"))
    granted = accesses(token.user, found, today, token.taxpayer)
    callers = [Caller(token, row, granted[row.pk]) for row in found]
    return [each for each in callers if each.access.may(Right.LOOK_UP)]


def _key(request: HttpRequest) -> str:
    word, _space, key = request.headers.get("Authorization", "").partition(" ")
    if word.lower() != "bearer" or not key.strip():
        raise refusal(401, "API-TOKEN-NONE", {"WWW-Authenticate": "Bearer"})
    return key.strip()


def _alive(key: str, now: datetime) -> Token:
    token = keys.find(key)
    if token is None:
        raise refusal(401, "API-TOKEN-UNKNOWN", CHALLENGE)
    if token.revoked_at:
        raise refusal(401, "API-TOKEN-REVOKED", CHALLENGE, prefix=token.prefix)
    if token.expires_at <= now:
        raise refusal(401, "API-TOKEN-EXPIRED", CHALLENGE, prefix=token.prefix)
    if not token.user.is_active:
        raise refusal(403, "API-USER-CLOSED")
    if token.taxpayer.is_sandbox and not settings.SANDBOX:
        raise refusal(403, "API-NO-SANDBOX")
    return token


def _count(token: Token, now: datetime) -> None:
    """Count the request in its minute; one statement, so that two processes lose none."""
    minute = now.replace(second=0, microsecond=0)
    same = When(minute=minute, then=F("used") + 1)
    Token.objects.filter(pk=token.pk).update(used=Case(same, default=1), minute=minute, last_used_at=now)
    if Token.objects.values_list("used", flat=True).get(pk=token.pk) > settings.API_RATE:
        raise too_often(settings.API_RATE, minute + timedelta(minutes=1) - now)


def too_often(limit: int, wait: timedelta) -> Refusal:
    """The refusal of a token that asked more than its limit in this minute."""
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    return refusal(429, "API-RATE", {"Retry-After": str(seconds)}, limit=limit)


def _caller(token: Token, mst: str, right: Right) -> Caller:
    known = mst.isascii() and mst.isprintable()
    taxpayer = Taxpayer.objects.filter(mst=mst[:14]).first() if known else None
    granted = access(token.user, taxpayer, timezone.localdate(), token.taxpayer) if taxpayer else None
    if taxpayer is None or granted is None or not granted.rights:
        raise refusal(403, "API-TAXPAYER", mst=mst[:14])
    if not granted.may(right):
        raise refusal(403, "API-RIGHT")
    return Caller(token, taxpayer, granted)
