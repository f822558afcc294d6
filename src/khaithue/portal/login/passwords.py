"""What a password must be (NIST SP 800-63B-4, 3.1.1.2): long, and not a known or guessable one.

No rule asks for capitals, digits or signs, and no password grows old. What is compared with the list of known
passwords is the whole password, as the standard says, not the words within it.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from string import digits

from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError

from khaithue.portal.accounts.models import User
from khaithue.portal.login.words import PASSWORD_FAULTS
from khaithue.portal.plain import plain
from khaithue.returns.findings import Text

LEFT_OVER = 8
"""So many letters and digits a password has beside the user's own facts."""

LONGEST = 1000
"""Far beyond any sentence, and no burden to hash."""

SHORTEST_FACT, LONGEST_UNIT = 4, 3
RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertyuiop")


class LongEnough:
    """At least ``shortest`` characters; 15 where the password is the only factor (SP 800-63B-4, 3.1.1.2)."""

    def __init__(self, shortest: int) -> None:
        self.shortest = shortest

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002  # Django calls with it
        """``ValidationError`` for a shorter one."""
        if len(password) < self.shortest:
            raise _fault("short", shortest=self.shortest)


class NotKnown:
    """Not a password of the lists of known ones, nor one of them repeated or with digits around it."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002  # Django calls with it
        """``ValidationError`` for a known or mechanical one."""
        if any(form in known() or _mechanical(form) for form in _forms(password)):
            raise _fault("known")


class NotAboutTheUser:
    """Not made of the user's name, e-mail, tax code or company."""

    def validate(self, password: str, user: User | None = None) -> None:
        """``ValidationError`` when little is left beside the user's own facts."""
        if user is None:
            return
        rest = plain(password)
        for fact in sorted(facts_of(user), key=len, reverse=True):
            rest = rest.replace(fact, "")
        if rest != plain(password) and len(rest) < LEFT_OVER:
            raise _fault("own")


def faults_of(password: str, user: User) -> list[Text]:
    """Why the user may not have this password, in Vietnamese and English; none when it is good."""
    if len(password) > LONGEST:
        return [PASSWORD_FAULTS["long"]]
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [_text(item) for item in error.error_list]
    return []


@cache
def known() -> frozenset[str]:
    """Django's 20 000 commonest passwords, those common in Viet Nam, and the names of this service."""
    own = files("khaithue.portal.login").joinpath("data/passwords.txt").read_text(encoding="utf-8")
    lines = {line for line in own.splitlines() if line and not line.startswith("#")}
    return frozenset(plain(word) for word in lines | set(CommonPasswordValidator().passwords))


def facts_of(user: User) -> set[str]:
    """The words of the user's account and of the taxpayers the user acts for, as ``plain`` writes them."""
    texts = [user.username, user.first_name, user.last_name, user.email]
    if user.pk:
        for taxpayer in user.memberships.values_list("taxpayer__mst", "taxpayer__name"):
            texts += taxpayer
    words = [plain(part) for text in texts for part in (text, *re.split(r"[\W_]+", text))]
    return {word for word in words if len(word) >= SHORTEST_FACT}


def _forms(password: str) -> Iterator[str]:
    whole = plain(password)
    for form in (whole, whole.strip(digits), _unit(whole), _unit(whole).strip(digits)):
        if form:
            yield form
            yield _unit(form)


def _unit(text: str) -> str:
    """What the text repeats: ``abcabcab`` repeats ``abc``."""
    sizes = range(1, len(text) + 1)
    return next((text[:size] for size in sizes if text.startswith(text[size:])), "")


def _mechanical(form: str) -> bool:
    return len(form) <= LONGEST_UNIT or any(form in run or form in run[::-1] for run in RUNS)


def _fault(code: str, **params: int) -> ValidationError:
    return ValidationError(PASSWORD_FAULTS[code].format(**params).vi, code=code, params=params)


def _text(error: ValidationError) -> Text:
    return PASSWORD_FAULTS[str(error.code)].format(**(error.params or {}))
