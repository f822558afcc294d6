"""Send the events that are still owed to webhooks."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from khaithue.portal.api.webhooks.sending import send_owed


class Command(BaseCommand):
    """``send_webhooks``: what the rows say is owed goes out; what is not taken is tried again later."""

    help = "Send the events that webhooks have not taken yet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--every``."""
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="look again every so many seconds, for ever"
        )

    def handle(self, *_args: Any, every: int | None = None, **_options: Any) -> None:
        """Send once, or again and again."""
        self.stdout.write(f"{send_owed()} taken")
        while every:
            time.sleep(every)
            send_owed()
