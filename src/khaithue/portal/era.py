"""Which rules of electronic filing hold on a day: iHTKK, circular 19/2021, circular 89/2026."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings

from khaithue import law
from khaithue.obligations.period import Period, PeriodKind
from khaithue.returns.catalogue import find_for, newest
from khaithue.returns.check import check
from khaithue.returns.findings import Finding, Text
from khaithue.returns.form import Form
from khaithue.returns.model import Return

ERAS = ("ihtkk", "tt19", "tt89")


@dataclass(frozen=True)
class Step:
    """One step of the procedure: its form, the forms that answer it, and the time the office has.

    ``account`` tells of the account by itself where the answer does not, ``changed`` that facts of it were
    changed; ``reception`` answers at once or within ``minutes``; ``decision`` within ``working_days``, or
    within ``refund_working_days`` for a dossier of refund or exemption (``refund_forms``). Without a
    ``decision`` the reception is the last word. ``without_certificate``: people who have none may do it too.
    """

    form: str = ""
    change: str = ""
    answer: str = ""
    changed: str = ""
    account: str = ""
    reception: str = ""
    decision: str = ""
    minutes: int = 0
    working_days: int = 0
    refund_working_days: int = 0
    refund_forms: Sequence[str] = ()
    without_certificate: bool = False
    law: str = ""


@dataclass(frozen=True)
class Era:
    """One era's rules, from ``law/procedures/eras.toml``; a step it does not know is empty."""

    key: str
    name: Text
    basis: str
    law: str
    register: Step
    stop: Step
    file: Step
    outage: Step


def era_on(day: date) -> Era:
    """The era that holds on a day.

    The first days of the eras are the law's; ``KHAITHUE_ERAS`` may set others. The last begins on the day the
    authority announces, at the latest on the day by which the law has it complete. Raises ``LookupError`` for
    a day before the first.
    """
    begun = [(first, key) for key, first in _first_days() if first <= day]
    if not begun:
        raise LookupError(f"no rules of electronic filing hold on {day}")
    return _era(max(begun)[1])


def _first_days() -> Iterator[tuple[str, date]]:
    document = law.document("procedures/eras.toml")
    switch = law.document("calendar/switch.toml")["circular_89_2026"]
    announced = switch.get("announced", switch["complete_before"])
    for key in ERAS:
        yield key, settings.ERAS.get(key) or document[key].get("from") or announced


@cache
def _era(key: str) -> Era:
    data: dict[str, Any] = law.document("procedures/eras.toml")[key]
    steps = {name: Step(**data.get(name, {})) for name in ("register", "stop", "file", "outage")}
    return Era(key, Text(**data["name"]), data["basis"], data["law"], **steps)


def form_on(code: str, day: date) -> Form | None:
    """The form of that printed code: of the circular of the era, else the one in force, else its newest."""
    of_era = newest(code, era_on(day).basis)
    return of_era or find_for(code, Period(PeriodKind.OCCURRENCE, day, day), day) or newest(code)


def faults_of(ret: Return) -> list[Finding]:
    """What is wrong with a paper of the procedure; the era, not the days of its form, says that it holds."""
    return [item for item in check(ret) if item.code != "RET-PERIOD-VALID"]
