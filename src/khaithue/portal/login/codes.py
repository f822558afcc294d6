"""One-time codes by e-mail, to log in or to confirm an important act.

``issue_code(user, purpose)`` mails a code, ``confirm_code(user, purpose, code)`` takes it, ``try_code`` too
and says what was wrong with it. A purpose is a word of ``words.PURPOSES``, and after a colon what exactly is
confirmed (``filing:<digest of the file>``): a code given for one thing confirms no other.
"""

from datetime import datetime

from khaithue.portal.accounts.models import User
from khaithue.portal.login.lockout import NOBODY, SEND, Counted, passed, take_try
from khaithue.portal.login.onetime import Taken, take_code
from khaithue.portal.login.tasks import mail_code
from khaithue.portal.login.words import PURPOSES, kind_of


def issue_code(user: User, purpose: str, to: str = "") -> datetime | None:
    """Mail the user a code for the purpose, or say until when no further one is sent.

    It goes to the account's address, or to the one given.

    Five codes in a row that nobody confirms, then a pause: with five tries each, guessing stays hopeless.
    ``KeyError`` for a purpose without words.
    """
    PURPOSES[kind_of(purpose)]
    if until := take_try(_sending(user, purpose)):
        return until
    mail_code.enqueue(user.pk, purpose, *([to] if to else []))
    return None


def confirm_code(user: User, purpose: str, code: str) -> bool:
    """Whether this is the user's code for the purpose, in time and unused; it is then used up.

    Within a larger action: call it inside, and when it is False let the action end with a refusal rather
    than an exception, so that the try that was used stays used.
    """
    return try_code(user, purpose, code) is Taken.RIGHT


def try_code(user: User, purpose: str, code: str) -> Taken:
    """The same, and what is wrong with a code that is not taken."""
    taken = take_code(user, purpose, code)
    if taken is Taken.RIGHT:
        passed(_sending(user, purpose))
    return taken


def confirm_login_code(user: User | None, code: str) -> bool:
    """The same to log in; for an account that is not there it costs a write too, and is False."""
    if user is None:
        take_try(Counted(NOBODY, ""))
        return False
    return confirm_code(user, "login", code)


def _sending(user: User, purpose: str) -> Counted:
    return Counted(SEND, f"user:{user.pk}:{kind_of(purpose)}")
