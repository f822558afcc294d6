"""Decide what waits for the office, where the checks leave nothing to ask."""

from typing import Any

from django.core.management.base import BaseCommand

from khaithue.portal.filing.actions.decide import accept_checked
from khaithue.portal.filing.models import Filing


class Command(BaseCommand):
    """``decide_filings``: accept each undecided return that passed all checks; an officer has the others."""

    help = "Accept every undecided return that passed all checks, oldest first, and tell how many are left."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Decide them one by one, each in its own transaction."""
        waiting = Filing.objects.filter(state=Filing.State.RECEIVED).order_by("received_at", "pk")
        decisions = [accept_checked(filing=filing) for filing in waiting.select_related("taxpayer")]
        left = [decision for decision in decisions if decision.findings]
        self.stdout.write(f"accepted: {len(decisions) - len(left)}; left to an officer: {len(left)}")
        for decision in left:
            self.stdout.write(f"  {decision.filing} {' '.join(item.code for item in decision.findings)}")
