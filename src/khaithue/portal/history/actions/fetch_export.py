"""Fetching a finished export."""

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from khaithue.portal.accounts.access import Right, access
from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, action
from khaithue.portal.history.models import Export


@action("history.fetch", Right.LOOK_UP, owned="export")
def fetch_export(*, user: User, export: Export) -> Done[Path | None]:
    """Where the ZIP lies, ``None`` when it is not ready or over.

    Raises ``PermissionDenied`` for another's export, and when the user may see less today than when asking.
    """
    reach = access(user, export.taxpayer, timezone.localdate()).forms
    covered = reach is None or (export.forms is not None and reach.issuperset(export.forms))
    if export.user_id != user.pk or not covered:
        raise PermissionDenied
    ready = Export.objects.filter(
        pk=export.pk, state=Export.State.READY, expires_at__gt=timezone.now()
    ).exists()
    found = export.path if ready and export.path.exists() else None
    return Done(found, f"export:{export.key}", {"outcome": "fetched" if found else "none"})
