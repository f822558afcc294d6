"""A new password: changed by the user, or set with the link of an e-mail."""

from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, own_action
from khaithue.portal.login.models import OneTimeCode
from khaithue.portal.login.sessions import drop_sessions
from khaithue.portal.login.telling import tell_owner


@own_action("login.set_password")
def set_password(*, user: User, password: str, keep: str | None, how: str) -> Done[None]:
    """Set the password, end every session but the one kept, void what was mailed before, tell the owner."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    OneTimeCode.objects.filter(user=user).delete()
    ended = drop_sessions(user, keep=keep)
    tell_owner(user, "password")
    return Done(None, f"user:{user.pk}", {"how": how, "ended": ended})
