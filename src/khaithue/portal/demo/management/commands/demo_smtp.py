"""The demo's mail server."""

import threading
from typing import Any

from django.core.management.base import BaseCommand

from khaithue.portal.demo.inbox import maildir
from khaithue.portal.demo.sink import sink


class Command(BaseCommand):
    """``demo_smtp``: take every message the portal sends and keep it in ``mail`` of the data directory."""

    help = "Run a mail server that keeps every message for the demo's inbox page."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Serve until interrupted."""
        server = sink()
        server.start()
        self.stdout.write(f"mail for the demo: {server.hostname}:{server.port} -> {maildir()}")
        try:
            threading.Event().wait()
        finally:
            server.stop()
