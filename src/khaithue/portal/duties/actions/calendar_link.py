"""The private address of a calendar of due dates: made, ended."""

import hashlib
import secrets

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.duties.models import CalendarLink


@action("duties.make_calendar_link", Right.LOOK_UP)
def make_calendar_link(*, user: User, taxpayer: Taxpayer) -> Done[str]:
    """A new secret, told this once; the user's link before it ends."""
    now, secret = timezone.now(), secrets.token_urlsafe(32)
    CalendarLink.objects.filter(user=user, taxpayer=taxpayer, ended_at__isnull=True).update(ended_at=now)
    link = CalendarLink.objects.create(user=user, taxpayer=taxpayer, secret=digest(secret), made_at=now)
    return Done(secret, f"calendar_link:{link.pk}")


@action("duties.end_calendar_link", Right.LOOK_UP, owned="link")
def end_calendar_link(*, user: User, link: CalendarLink) -> Done[None]:
    """The link leads nowhere any more; another user's raises ``PermissionDenied``."""
    if link.user_id != user.pk:
        raise PermissionDenied
    CalendarLink.objects.filter(pk=link.pk, ended_at__isnull=True).update(ended_at=timezone.now())
    return Done(None, f"calendar_link:{link.pk}")


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
