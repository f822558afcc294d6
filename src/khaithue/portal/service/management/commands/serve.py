"""Serve the portal."""

import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from django.core.management.base import BaseCommand
from granian.constants import Interfaces
from granian.server.mp import MPServer

from khaithue.portal.environment import number, text

BESIDE = (
    ["db_worker", "--no-startup-delay"],
    ["send_pending_mail", "--every", "60"],
    ["send_webhooks", "--every", "5"],
    ["send_reminders", "--every", "3600"],
    ["tend_exports", "--every", "300"],
)
"""What runs beside the web workers: background tasks, and the sweeps that find in the rows what is owed."""


class Command(BaseCommand):
    """``serve``: web workers of one blocking thread each, the task worker and the sweeps."""

    help = "Serve the portal with granian, with its background work beside it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Serve until interrupted; the processes beside end with it."""
        with ExitStack() as stack:
            for command in BESIDE:
                process = subprocess.Popen([sys.executable, "-m", "khaithue.portal", *command])  # noqa: S603  # our own commands
                stack.callback(process.wait)
                stack.callback(process.terminate)
            web_server().serve()


def web_server() -> MPServer:
    """Granian as measured best for Django: WSGI, one blocking thread per worker."""
    return MPServer(
        "khaithue.portal.wsgi:application",
        address=text("KHAITHUE_ADDRESS"),
        port=number("KHAITHUE_PORT"),
        interface=Interfaces.WSGI,
        workers=number("KHAITHUE_WORKERS"),
        blocking_threads=1,
        websockets=False,
        respawn_failed_workers=True,
    )
