"""The one code now good for a user and a purpose: made, and taken once."""

import hmac
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from khaithue.portal.accounts.models import User
from khaithue.portal.audit.trail import append
from khaithue.portal.login.models import OneTimeCode
from khaithue.portal.login.sealing import mark, marks

LIFE = timedelta(minutes=10)
DIGITS, TRIES = 6, 5


def make_code(user: User, purpose: str) -> str:
    """A fresh code, good for ten minutes and five tries, in place of the one before; its hash is kept."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    facts = {
        "hash": mark(_text(user, purpose, code)),
        "expires_at": timezone.now() + LIFE,
        "tries_left": TRIES,
    }
    with transaction.atomic():
        OneTimeCode.objects.update_or_create(user=user, purpose=purpose, defaults=facts)
        _told(user, "login.issue_code", purpose)
    return code


def take_code(user: User, purpose: str, typed: str) -> bool:
    """Whether this is the user's code for the purpose; it is then used up."""
    with transaction.atomic():
        row = OneTimeCode.objects.select_for_update().filter(user=user, purpose=purpose).first()
        if row is None or not _right(row, user, typed):
            return False
        row.delete()
        _told(user, "login.confirm_code", purpose)
    return True


def _right(row: OneTimeCode, user: User, typed: str) -> bool:
    if row.expires_at <= timezone.now():
        row.delete()
        return False
    wanted = marks(_text(user, row.purpose, "".join(typed.split())))
    if any(hmac.compare_digest(row.hash, each) for each in wanted):
        return True
    row.tries_left -= 1
    row.save() if row.tries_left else row.delete()
    return False


def _text(user: User, purpose: str, code: str) -> str:
    return f"code:{user.pk}:{purpose}:{code}"


def _told(user: User, action: str, purpose: str) -> None:
    who = f"user:{user.pk}"
    append(actor=who, action=action, subject=who, detail={"purpose": purpose})
