"""An application is answered once."""

from datetime import datetime

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.registration.models import Application
from khaithue.returns.findings import Finding, finding


def answered_before(application: Application) -> Finding | None:
    """That the application has its answer already, and since when; its row is locked."""
    if application.state == Application.State.RECEIVED:
        return None
    at = application.answered_at
    time = f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""
    return finding("REG-ANSWERED", application=application.code, time=time)


def mark_answered(
    application: Application,
    user: User,
    at: datetime,
    state: Application.State,
    *,
    taxpayer: Taxpayer | None = None,
    reason: str = "",
) -> None:
    """Write the answer into the locked row."""
    application.state, application.reason = state, reason
    application.answered_at, application.answered_by = at, user
    application.taxpayer = taxpayer or application.taxpayer
    application.save()
