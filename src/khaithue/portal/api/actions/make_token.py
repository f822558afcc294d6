"""Making a token: the key is given once, only its digest is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.api import keys
from khaithue.portal.api.models import Token
from khaithue.portal.api.scopes import Scope
from khaithue.returns.findings import Finding, finding

LONGEST = 365
"""Most days a token lasts."""

NAME = 100


@dataclass(frozen=True)
class TokenOutcome:
    """The token and its key, or None and what was wrong with what was asked."""

    token: Token | None
    key: str = ""
    findings: tuple[Finding, ...] = ()


@action("api.token.make", Right.MANAGE)
def make_token(
    *, user: User, taxpayer: Taxpayer, name: str, scopes: Sequence[str], days: int
) -> Done[TokenOutcome]:
    """Make a token of this user. Findings: API-TOKEN-NAME, API-TOKEN-SCOPES, API-TOKEN-DAYS."""
    if faults := _faults(name.strip(), scopes, days):
        refused = {"refused": [item.code for item in faults]}
        return Done(TokenOutcome(None, findings=faults), f"taxpayer:{taxpayer.pk}", refused)
    token, key = new_token(user, taxpayer, name.strip(), [Scope(each) for each in scopes], days)
    facts = {"scopes": token.scopes, "days": days}
    return Done(TokenOutcome(token, key), f"token:{token.pk}", facts)


def new_token(
    user: User, taxpayer: Taxpayer, name: str, scopes: Sequence[Scope], days: int
) -> tuple[Token, str]:
    """Store a token and give its key; call it inside an action."""
    key, now = keys.new_key(), timezone.now()
    token = Token.objects.create(
        taxpayer=taxpayer,
        user=user,
        name=name,
        prefix=key[: keys.SHOWN],
        digest=keys.digest_of(key),
        scopes=sorted(set(scopes)),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    return token, key


def _faults(name: str, scopes: Sequence[str], days: int) -> tuple[Finding, ...]:
    found = []
    if not 0 < len(name) <= NAME or "\0" in name:
        found.append(finding("API-TOKEN-NAME"))
    if not scopes or not set(scopes) <= {scope.value for scope in Scope}:
        found.append(finding("API-TOKEN-SCOPES"))
    if not 0 < days <= LONGEST:
        found.append(finding("API-TOKEN-DAYS", longest=LONGEST))
    return tuple(found)
