"""The law as it would read once the authority has announced the day of the new electronic forms."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from khaithue import law

FILE = "calendar/switch.toml"
DAY = date(2026, 12, 15)


def announce(monkeypatch: pytest.MonkeyPatch, day: date = DAY) -> None:
    """Let the switch of circular 89/2026 be announced for a day, for one test."""
    genuine: Callable[[str], dict[str, Any]] = law.document
    with_day = {name: {**entry, "announced": day} for name, entry in genuine(FILE).items()}

    def document(path: str) -> dict[str, Any]:
        return with_day if path == FILE else genuine(path)

    monkeypatch.setattr(law, "document", document)
