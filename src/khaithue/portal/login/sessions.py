"""Where a user is logged in: what the list shows, and ending one place or all others."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from khaithue.portal.accounts.models import User
from khaithue.portal.login.address import address_of
from khaithue.portal.login.models import UserSession

SEEN_EVERY = timedelta(minutes=5)
"""How exactly the list says when a session was used last."""


def sessions_of(user: User) -> QuerySet[UserSession]:
    """The user's sessions that have not run out, the one used last first."""
    return UserSession.objects.filter(user=user, session__expire_date__gt=timezone.now())


def note_session(request: HttpRequest, user: User) -> None:
    """Put this request's session on the user's list, or note that it is in use."""
    now, key = timezone.now(), request.session.session_key
    mine = UserSession.objects.filter(session_id=key, user=user)
    seen = mine.values_list("seen_at", flat=True).first()
    if seen is None and Session.objects.filter(pk=key).exists():
        _begin(request, user)
    elif seen and seen + SEEN_EVERY < now:
        mine.update(seen_at=now, address=address_of(request))


def drop_sessions(user: User, *, keep: str | None = None) -> int:
    """End the user's sessions but the one whose key is given; how many ended."""
    ending = UserSession.objects.filter(user=user).exclude(session_id=keep)
    keys = list(ending.values_list("session_id", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)


def _begin(request: HttpRequest, user: User) -> None:
    now = timezone.now()
    facts = {
        "user": user,
        "since": now,
        "seen_at": now,
        "address": address_of(request),
        "agent": request.headers.get("User-Agent", "")[:300],
    }
    UserSession.objects.update_or_create(session_id=request.session.session_key, defaults=facts)
