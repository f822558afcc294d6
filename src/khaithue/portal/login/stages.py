"""What a session remembers on the way in: who still owes the second factor, and when who was asked last."""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from khaithue.portal.accounts.models import User

PENDING, CONFIRMED = "login.pending", "login.confirmed_at"
PENDING_LIFE, CONFIRMED_LIFE = timedelta(minutes=10), timedelta(minutes=10)


def await_second(request: HttpRequest, user: User, factor: str) -> None:
    """The first factor was right: remember whose, under a new session key, for ten minutes."""
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "factor": factor,
        "at": timezone.now().isoformat(),
    }


def pending_user(request: HttpRequest) -> tuple[User, str] | None:
    """Who has given the first factor and which, unless ten minutes are over or the password has changed."""
    held = request.session.get(PENDING)
    if not held or not _within(held["at"], PENDING_LIFE):
        return None
    user = User.objects.filter(pk=held["user"], is_active=True).first()
    if user is None or not constant_time_compare(held["hash"], user.get_session_auth_hash()):
        return None
    return user, str(held["factor"])


def forget_pending(request: HttpRequest) -> None:
    """The way in is over."""
    request.session.pop(PENDING, None)


def confirm_now(request: HttpRequest) -> None:
    """The user has just shown who they are."""
    request.session[CONFIRMED] = timezone.now().isoformat()


def confirmed_lately(session: SessionBase) -> bool:
    """Whether the user has shown who they are within the last ten minutes."""
    at = session.get(CONFIRMED)
    return at is not None and _within(at, CONFIRMED_LIFE)


def _within(at: str, life: timedelta) -> bool:
    return timezone.now() < datetime.fromisoformat(at) + life
