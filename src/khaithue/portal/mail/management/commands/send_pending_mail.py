"""Send the e-mails that are still owed."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from khaithue.portal.mail.sending import send_pending


class Command(BaseCommand):
    """``send_pending_mail``: what the rows say is owed goes out, whatever became of the queue."""

    help = "Send the e-mails that have not gone out yet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--every``."""
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="look again every so many seconds, for ever"
        )

    def handle(self, *_args: Any, every: int | None = None, **_options: Any) -> None:
        """Send once, or again and again."""
        self.stdout.write(f"{send_pending()} sent")
        while every:
            time.sleep(every)
            send_pending()
