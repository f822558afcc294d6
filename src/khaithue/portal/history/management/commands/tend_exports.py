"""Make the exports that are still owed and throw away those that are over."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from khaithue.portal.history.making import tend


class Command(BaseCommand):
    """``tend_exports``: what the rows say is owed gets made, whatever became of the queue."""

    help = "Make the exports that are owed; delete those that are over."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--every``."""
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="look again every so many seconds, for ever"
        )

    def handle(self, *_args: Any, every: int | None = None, **_options: Any) -> None:
        """Once, or again and again."""
        self.stdout.write(f"{tend()} made")
        while every:
            time.sleep(every)
            tend()
