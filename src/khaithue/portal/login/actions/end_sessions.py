"""Ending sessions of the own account from another place."""

from django.contrib.sessions.models import Session

from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, own_action
from khaithue.portal.login.models import UserSession
from khaithue.portal.login.sessions import drop_sessions


@own_action("login.end_session")
def end_session(*, user: User, listed: UserSession) -> Done[None]:
    """End one session of the user's; of another's nothing happens."""
    mine = listed.user_id == user.pk
    if mine:
        Session.objects.filter(pk=listed.session_id).delete()
    return Done(None, f"session:{listed.pk}", {"ended": mine})


@own_action("login.end_other_sessions")
def end_other_sessions(*, user: User, keep: str | None) -> Done[int]:
    """End every session of the user's but the one kept; how many."""
    ended = drop_sessions(user, keep=keep)
    return Done(ended, f"user:{user.pk}", {"ended": ended})
