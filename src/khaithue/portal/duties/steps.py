"""The steps of reminding (``law/procedures/duties.toml``): so many days before or after a due date."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from khaithue.portal.duties.plan import data
from khaithue.returns.findings import Text


@dataclass(frozen=True)
class Step:
    """One reminder; ``days`` from the due date, negative before it."""

    key: str
    days: int
    name: Text


@cache
def steps() -> tuple[Step, ...]:
    """Every step, the earliest first."""
    entries = sorted(data()["reminders"]["steps"], key=lambda entry: entry["days"])
    return tuple(Step(entry["key"], entry["days"], Text(**entry["name"])) for entry in entries)


def step_reached(due: date, today: date) -> Step | None:
    """The newest step whose day has come; ``None`` before the first, and once that day is too long ago."""
    reached = [step for step in steps() if due + timedelta(days=step.days) <= today]
    if not reached:
        return None
    behind = (today - due).days - reached[-1].days
    return reached[-1] if behind <= data()["reminders"]["caught_up_days"] else None
