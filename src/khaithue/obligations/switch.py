"""When the authority begins to take new electronic forms (``law/calendar/switch.toml``).

A circular may say that the old electronic forms go on until the authority announces the change. The day of
filing then counts beside the tax period.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from khaithue import law
from khaithue.law.dated import Confidence

_FILE = "calendar/switch.toml"


@dataclass(frozen=True)
class Switch:
    """One change of forms: for periods from ``first_period``, filed from ``announced`` on.

    ``announced`` is ``None`` while the authority has named no day. ``says`` holds what is told of a form, in
    both languages: ``new_waits`` (no day named), ``new_later`` (a day to come) and ``old_goes_on`` before
    that day, ``new_taken`` and ``old_ends`` from it on.
    """

    name: str
    first_period: date
    announced: date | None
    complete_before: date
    law: str
    confidence: Confidence
    says: Mapping[str, Mapping[str, str]]

    def is_open(self, on: date) -> bool:
        """Whether the new forms are taken on a day of filing."""
        return self.announced is not None and self.announced <= on


def switch(name: str) -> Switch:
    """One change of forms by its name; ``KeyError`` for a name the law does not have."""
    entry = law.document(_FILE)[name]
    return Switch(
        name=name,
        first_period=entry["first_period"],
        announced=entry.get("announced"),
        complete_before=entry["complete_before"],
        law=entry["law"],
        confidence=Confidence(entry["confidence"]),
        says=entry["says"],
    )


def switch_names() -> tuple[str, ...]:
    """The names of all changes of forms."""
    return tuple(law.document(_FILE))
