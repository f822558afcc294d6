"""Accepting without an officer what passed all checks, where ``KHAITHUE_AUTO_ACCEPT`` says so."""

from django.conf import settings
from django.db import transaction

from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.tasks import accept


def on_received(filing: Filing) -> None:
    """Let the filing be accepted once it is committed; a test taxpayer's is decided by its scenario."""
    if settings.AUTO_ACCEPT and filing.is_undecided and not filing.taxpayer.is_sandbox:
        transaction.on_commit(lambda: accept.enqueue(filing.pk), robust=True)
