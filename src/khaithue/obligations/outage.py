"""A declared outage of the portal on a last day moves that due date (``law/calendar/outages.toml``).

The return is in time until the end of the day after the portal works again; where that is a day off, until
the next working day; where the portal is down on that day again, until the day after that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from khaithue import law
from khaithue.obligations.working_days import DayOff, roll

_FILE = "calendar/outages.toml"


@dataclass(frozen=True)
class Down:
    """Days the portal was down on, from ``first`` to ``last``, and the day it worked again.

    While it is ``ongoing``, ``last`` and ``back`` are the earliest they can be.
    """

    first: date
    last: date
    back: date
    ongoing: bool = False


@dataclass(frozen=True)
class Move:
    """A due date moved by outages: ``due`` is the new one, ``moved_because`` the days off passed over.

    ``provisional`` while the last of the outages goes on: the due date may still move later, never earlier.
    """

    due: date
    downs: tuple[Down, ...]
    moved_because: tuple[DayOff, ...]
    law: str
    provisional: bool


@dataclass(frozen=True)
class Rule:
    """What the law of one time says: ``days`` after the day the portal works again."""

    valid_from: date
    valid_to: date
    days: int
    law: str


def moved(due: date, downs: Sequence[Down]) -> Move | None:
    """How outages move a due date; ``None`` when none was on it, or no rule holds for it.

    >>> moved(date(2026, 8, 20), [Down(date(2026, 8, 20), date(2026, 8, 20), date(2026, 8, 20))]).due
    datetime.date(2026, 8, 21)
    """
    rule = next((each for each in rules() if each.valid_from <= due <= each.valid_to), None)
    if rule is None:
        return None
    day, met, passed = due, list[Down](), list[DayOff]()
    while down := _on(day, downs):
        day, off = roll(down.back + timedelta(days=rule.days))
        met.append(down)
        passed += off
    if not met:
        return None
    return Move(day, tuple(met), tuple(passed), rule.law, any(down.ongoing for down in met))


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of every time, oldest first."""
    return tuple(
        Rule(each["from"], each.get("to", date.max), each["days"], each["law"])
        for each in law.document(_FILE)["rules"]
    )


def _on(day: date, downs: Sequence[Down]) -> Down | None:
    """Of the outages on a day the one that lasted longest."""
    met = (each for each in downs if each.first <= day <= each.last)
    return max(met, key=lambda each: each.back, default=None)
