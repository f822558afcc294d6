"""The one code now good for a user and a purpose: made, and taken once."""

import hmac
import secrets
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from khaithue.portal.accounts.models import User
from khaithue.portal.audit.trail import append
from khaithue.portal.login.models import OneTimeCode
from khaithue.portal.login.sealing import mark, marks
from khaithue.portal.login.words import kind_of

LIFE = timedelta(minutes=10)
DIGITS, TRIES = 6, 5


class Taken(StrEnum):
    """What became of a code that was typed; of ``RIGHT`` alone something follows.

    ``NONE``: none was made. ``SPENT``: too many wrong ones were typed. ``OTHER``, ``USED_OTHER``: it is the
    code of another act of the same kind, unused or used.
    """

    RIGHT = "right"
    WRONG = "wrong"
    NONE = "none"
    EXPIRED = "expired"
    USED = "used"
    SPENT = "spent"
    OTHER = "other"
    USED_OTHER = "used other"


def make_code(user: User, purpose: str, to: str = "") -> str:
    """A fresh code, good for ten minutes and five tries, in place of the one before; its hash is kept.

    ``to`` is the address it goes to, which is kept masked.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    facts = {
        "hash": mark(_text(user, purpose, code)),
        "expires_at": timezone.now() + LIFE,
        "tries_left": TRIES,
        "sent_to": masked(to or user.email),
        "used_at": None,
    }
    with transaction.atomic():
        OneTimeCode.objects.update_or_create(user=user, purpose=purpose, defaults=facts)
        _told(user, "login.issue_code", purpose)
    return code


def take_code(user: User, purpose: str, typed: str) -> Taken:
    """Take what was typed as the user's code for the purpose; a right one is then used up, a wrong is a try.

    Without a code for the purpose nothing is compared: only tries that are counted tell anything.
    """
    with transaction.atomic():
        row = OneTimeCode.objects.select_for_update().filter(user=user, purpose=purpose).first()
        taken = _closed(row) or _compared(row, user, typed) if row else Taken.NONE
        if taken is Taken.RIGHT:
            _told(user, "login.confirm_code", purpose)
    return taken


def masked(address: str) -> str:
    """An e-mail address of which the first sign and the host are shown.

    >>> masked("an@nguyen.example.vn")
    'a***@nguyen.example.vn'
    """
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}***@{host}"


def _closed(row: OneTimeCode) -> Taken | None:
    """Why no code is taken for the row any more."""
    if row.used_at:
        return Taken.USED
    if row.expires_at <= timezone.now():
        return Taken.EXPIRED
    return None if row.tries_left else Taken.SPENT


def _compared(row: OneTimeCode, user: User, typed: str) -> Taken:
    if _is(row, user, typed):
        row.used_at = timezone.now()
        row.save(update_fields=["used_at"])
        return Taken.RIGHT
    row.tries_left -= 1
    row.save(update_fields=["tries_left"])
    return _of_another(row, user, typed) or (Taken.WRONG if row.tries_left else Taken.SPENT)


def _of_another(row: OneTimeCode, user: User, typed: str) -> Taken | None:
    """Whether it is the user's code for another act of the kind: told to who has several under way."""
    kind = f"{kind_of(row.purpose)}:"
    others = OneTimeCode.objects.filter(user=user, purpose__startswith=kind, expires_at__gt=timezone.now())
    found = next((each for each in others.exclude(pk=row.pk) if _is(each, user, typed)), None)
    if found is None:
        return None
    return Taken.USED_OTHER if found.used_at else Taken.OTHER


def _is(row: OneTimeCode, user: User, typed: str) -> bool:
    wanted = marks(_text(user, row.purpose, "".join(typed.split())))
    return any(hmac.compare_digest(row.hash, each) for each in wanted)


def _text(user: User, purpose: str, code: str) -> str:
    return f"code:{user.pk}:{purpose}:{code}"


def _told(user: User, action: str, purpose: str) -> None:
    who = f"user:{user.pk}"
    append(actor=who, action=action, subject=who, detail={"purpose": purpose})
