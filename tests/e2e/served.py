"""What the tests in a browser hold: the running portal and a visit to it."""

import queue
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page

ARTIFACTS = Path(__file__).parents[2] / "artifacts" / "e2e"
"""Where the pictures of each step are kept."""


@dataclass
class Portal:
    """A running portal: its address, its data directory, and the mail it has sent."""

    address: str
    data: Path
    mail: "queue.Queue[EmailMessage]"


@dataclass
class Visit:
    """A browser's page and all that it complained about: errors, violations, requests to other hosts."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def shot(self, name: str) -> None:
        """Keep a picture of the whole page."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
