"""Asking for the whole history, or what one may see of it."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from khaithue.portal.accounts.access import Right, access
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.history.models import OPEN, Export
from khaithue.portal.history.tasks import make_export


@action("history.ask", Right.LOOK_UP)
def ask_export(*, user: User, taxpayer: Taxpayer, with_pdf: bool) -> Done[Export]:
    """Owe an export of all this user may see of the taxpayer; the open one when there is one already."""
    Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    standing = Export.objects.filter(taxpayer=taxpayer, user=user, state__in=OPEN).first()
    if standing:
        return Done(standing, f"export:{standing.key}", {"outcome": "open"})
    now, forms = timezone.now(), access(user, taxpayer, timezone.localdate()).forms
    export = Export.objects.create(
        taxpayer=taxpayer,
        user=user,
        forms=None if forms is None else sorted(forms),
        with_pdf=with_pdf,
        asked_at=now,
        due_at=now,
    )
    transaction.on_commit(partial(make_export.enqueue, export.pk))
    return Done(export, f"export:{export.key}", {"outcome": "asked"})
