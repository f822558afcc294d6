"""Calling an export off, or throwing a finished one away."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, action
from khaithue.portal.history.models import OPEN, Export


@action("history.cancel", Right.LOOK_UP, owned="export")
def cancel_export(*, user: User, export: Export) -> Done[None]:
    """The export is no more; one that is over already stays so. Another's raises ``PermissionDenied``."""
    if export.user_id != user.pk:
        raise PermissionDenied
    alive = Export.objects.filter(pk=export.pk, state__in=(*OPEN, Export.State.READY))
    ended = alive.update(state=Export.State.CANCELLED, ended_at=timezone.now())
    transaction.on_commit(partial(export.path.unlink, missing_ok=True))
    return Done(None, f"export:{export.key}", {"outcome": "cancelled" if ended else "over"})
