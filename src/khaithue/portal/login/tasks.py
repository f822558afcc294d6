"""Background work of log-in.

Each task takes None for a user who is not there, so that a page does the same work whether an account exists.
"""

from django_tasks import task

from khaithue.portal.accounts.models import User
from khaithue.portal.login.mail import send_code, send_event, send_reset_link


@task()
def mail_code(user_id: int | None, purpose: str) -> bool:
    """Make a one-time code and mail it."""
    user = _active(user_id)
    return user is not None and send_code(user, purpose)


@task()
def mail_reset_link(user_id: int | None) -> bool:
    """Mail a link to a new password."""
    user = _active(user_id)
    return user is not None and send_reset_link(user)


@task()
def mail_event(user_id: int | None, event: str) -> bool:
    """Tell an account's owner of a change."""
    user = _active(user_id)
    return user is not None and send_event(user, event)


def _active(user_id: int | None) -> User | None:
    return User.objects.filter(pk=user_id or 0, is_active=True).first()
