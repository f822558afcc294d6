"""Confirming a return with a one-time code: for people without a certificate, and for nobody else.

Law: Điều 7 Thông tư 19/2021/TT-BTC (a person not yet issued a certificate confirms with a code in place of
the signature); Chương II Thông tư 89/2026/TT-BTC. Agents sign with their certificate; a sub-account is not
the person whose word the code stands for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.era import era_on
from khaithue.portal.login.codes import try_code
from khaithue.portal.login.models import OneTimeCode
from khaithue.portal.login.onetime import LIFE, Taken
from khaithue.portal.registration.certificate import certificate_in_force
from khaithue.returns.findings import Finding, finding

WRONG = {
    Taken.WRONG: "FILE-CODE-WRONG",
    Taken.NONE: "FILE-CODE-NONE",
    Taken.EXPIRED: "FILE-CODE-EXPIRED",
    Taken.USED: "FILE-CODE-USED",
    Taken.USED_OTHER: "FILE-CODE-USED",
    Taken.SPENT: "FILE-CODE-SPENT",
    Taken.OTHER: "FILE-CODE-OTHER-FILE",
}
"""What is told of a code that is not taken."""


def goes_by_code(taxpayer: Taxpayer, at: datetime) -> bool:
    """Whether the taxpayer's returns are confirmed by code at that moment: a person, and no certificate."""
    return _is_person(taxpayer, at) and certificate_in_force(taxpayer, at) is None


def may_confirm(user: User, taxpayer: Taxpayer, at: datetime) -> bool:
    """Whether this user's code confirms the taxpayer's returns: that of the person's own main account."""
    mine = Membership.objects.filter(user=user, taxpayer=taxpayer, role=Membership.Role.MAIN)
    return goes_by_code(taxpayer, at) and mine.exists()


def about_unsigned(taxpayer: Taxpayer, at: datetime) -> tuple[Finding, ...]:
    """What a person is told beside "not signed": to confirm by code, or why codes are over."""
    if not _is_person(taxpayer, at):
        return ()
    held = certificate_in_force(taxpayer, at)
    if held is None:
        return (finding("FILE-CODE-INSTEAD"),)
    return (finding("FILE-CODE-CERTIFICATE", serial=held.serial),)


def _is_person(taxpayer: Taxpayer, at: datetime) -> bool:
    allowed = era_on(timezone.localdate(at)).file.without_certificate
    return allowed and taxpayer.is_person


def address_of(user: User, taxpayer: Taxpayer) -> str:
    """Where codes go: the address registered with the tax office, else the account's own."""
    return taxpayer.email or user.email


def purpose(sha256: str) -> str:
    """What a code is for: the file of these bytes and no other."""
    return f"filing:{sha256}"


@dataclass(frozen=True)
class Confirmed:
    """The facts kept with the filing when the code was right, else what was wrong with it."""

    facts: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[Finding, ...] = ()


def confirm(user: User, taxpayer: Taxpayer, sha256: str, code: str, at: datetime) -> Confirmed:
    """Take the code for the bytes of that digest; call it inside the transaction that stores the filing."""
    taken = try_code(user, purpose(sha256), code)
    if taken is not Taken.RIGHT:
        return Confirmed(wrong=(finding(WRONG[taken]),))
    row = OneTimeCode.objects.get(user=user, purpose=purpose(sha256))
    facts = {
        "name": taxpayer.name,
        "mst": taxpayer.mst,
        "account": user.get_username(),
        "sent_to": row.sent_to,
        "sent_at": _text(row.expires_at - LIFE),
        "at": _text(at),
        "sha256": sha256,
    }
    return Confirmed(facts)


def too_many(until: datetime) -> Finding:
    """That no further code is sent before a time; seconds round up to the next minute."""
    opens = timezone.localtime(until + timedelta(seconds=59))
    return finding("FILE-CODE-SENDS", time=f"{opens:%H:%M %d/%m/%Y}")


def _text(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
