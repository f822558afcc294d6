"""Remind taxpayers of what is due."""

import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from khaithue.portal.duties.reminding import is_time, remind_all
from khaithue.portal.duties.tasks import tell_of_outages


class Command(BaseCommand):
    """``send_reminders``: owe the e-mails of today's reminders; run again, it owes none twice."""

    help = "Owe the e-mails that remind taxpayers of returns to file and tell them of outages."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare ``--day`` and ``--every``."""
        parser.add_argument(
            "--day", type=date.fromisoformat, metavar="DATE", help="remind as on that day, at once"
        )
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="look again every so many seconds, for ever"
        )

    def handle(self, *_args: Any, day: date | None = None, every: int | None = None, **_options: Any) -> None:
        """Remind once, or again and again in the hours for it."""
        if not every:
            self.stdout.write(f"{remind_all(day or timezone.localdate())} reminded")
        while every:
            if is_time():
                close_old_connections()
                remind_all(timezone.localdate())
                tell_of_outages()
            time.sleep(every)
