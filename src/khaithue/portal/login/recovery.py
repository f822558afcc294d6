"""Recovery codes: each logs in once when the authenticator program is lost."""

import secrets

from khaithue.portal.accounts.models import User
from khaithue.portal.login.models import RecoveryCode
from khaithue.portal.login.sealing import mark, marks

COUNT, HALF = 10, 5
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that is read as another: no i, l, o, 0, 1."""


def new_codes(user: User) -> list[str]:
    """Ten fresh codes of 49 random bits; those before are void. Only their hashes are kept."""
    codes = [_code() for _ in range(COUNT)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, hash=_stored(user, code)) for code in codes)
    return codes


def take_recovery_code(user: User, typed: str) -> bool:
    """Whether it is one of the user's codes; it is then gone."""
    wanted = marks(_text(user, typed))
    return RecoveryCode.objects.filter(user=user, hash__in=wanted).delete()[0] == 1


def _code() -> str:
    drawn = "".join(secrets.choice(LETTERS) for _ in range(2 * HALF))
    return f"{drawn[:HALF]}-{drawn[HALF:]}"


def _stored(user: User, code: str) -> str:
    return mark(_text(user, code))


def _text(user: User, code: str) -> str:
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return f"recovery:{user.pk}:{plain}"
