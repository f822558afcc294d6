"""Check the audit trail."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from khaithue.portal.audit.trail import verify_chain


class Command(BaseCommand):
    """``verify_audit``: recompute every hash; fails at the first entry that is wrong or missing."""

    help = "Recompute the hash chain of the audit trail."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print the count, or fail naming the entry."""
        report = verify_chain()
        if not report.intact:
            raise CommandError(f"the audit trail is broken at entry {report.broken_at}")
        self.stdout.write(f"{report.entries} entries, intact")
