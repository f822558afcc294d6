"""The deadlines of ``law/calendar/deadlines.toml`` as values, and which of them each form follows."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from khaithue import law
from khaithue.law.dated import Confidence
from khaithue.obligations.period import Period, PeriodKind

_FILE = "calendar/deadlines.toml"
_WAYS = ({"month", "day"}, {"days"}, {"on"})
_OTHER_KEYS = {"era", "law", "confidence", "from", "to", "anchor"}


class Anchor(StrEnum):
    """The day a deadline is counted from."""

    END = "end"
    START = "start"
    EVENT = "event"
    EVENT_QUARTER = "event_quarter"
    DECISION = "decision"


@dataclass(frozen=True)
class Deadline:
    """One era's entry of a rule: how the due day is counted, and the due days it may give, both counted.

    Either ``on``; or ``days`` after the anchor; or ``day`` (0 is the last) ``month`` months after its month.
    """

    era: str
    valid_from: date
    valid_to: date
    law: str
    rolling_law: str
    confidence: Confidence
    anchor: Anchor
    month: int = 0
    day: int = 0
    days: int | None = None
    on: date | None = None

    @property
    def needs_event(self) -> bool:
        """Whether the day cannot be given unless the event's day is told."""
        return self.anchor is Anchor.DECISION

    def nominal(self, period: Period, event: date) -> date:
        """The due day before it is moved off a day off."""
        if self.on is not None:
            return self.on
        anchor = _anchor_day(self.anchor, period, event)
        if self.days is not None:
            return anchor + timedelta(days=self.days)
        return _day_of_month(anchor, self.month, self.day)


@dataclass(frozen=True)
class FormRule:
    """The rule a form follows for one kind of period, for periods that start in its days."""

    kind: PeriodKind
    deadlines: tuple[Deadline, ...]
    valid_from: date
    valid_to: date

    def covers(self, day: date) -> bool:
        """Whether a period that starts on the day may follow this rule."""
        return self.valid_from <= day <= self.valid_to


@dataclass(frozen=True)
class FormRules:
    """Everything about when one form is filed; ``law`` says why some kinds of period are not allowed."""

    rules: tuple[FormRule, ...]
    law: str


@dataclass(frozen=True)
class Undated:
    """Why a paper is not due on a day of its own, in both languages."""

    vi: str
    en: str
    law: str


@cache
def form_rules() -> Mapping[str, FormRules]:
    """The rules of every form, by form code."""
    return read_deadlines(law.document(_FILE))


@cache
def undated() -> Mapping[str, Undated]:
    """The papers without a due day, by code; one that has rules too has days for their periods only."""
    return {
        code: Undated(**entry["why"], law=entry["law"])
        for entry in law.document(_FILE)["undated"]
        for code in entry["codes"]
    }


def read_deadlines(document: Mapping[str, Any]) -> dict[str, FormRules]:
    """The forms of one document of deadlines; ``ValueError`` or ``KeyError`` names what is wrong with it."""
    rules = {
        name: tuple(_deadline(f"{_FILE}: rules.{name}", entry, document["eras"]) for entry in entries)
        for name, entries in document["rules"].items()
    }
    return {code: _form(entry, rules) for code, entry in document["forms"].items()}


def _form(entry: Mapping[str, Any], rules: Mapping[str, tuple[Deadline, ...]]) -> FormRules:
    found = tuple(
        FormRule(PeriodKind(kind), _used(rules, use), use.get("from", date.min), use.get("to", date.max))
        for kind, uses in entry.items()
        if kind != "law"
        for use in uses
    )
    return FormRules(found, entry.get("law", ""))


def _used(rules: Mapping[str, tuple[Deadline, ...]], use: Mapping[str, Any]) -> tuple[Deadline, ...]:
    """The rule's entries, with the confidence they have for this form."""
    found = rules[use["rule"]]
    if "confidence" not in use:
        return found
    return tuple(replace(entry, confidence=Confidence(use["confidence"])) for entry in found)


def _deadline(where: str, entry: Mapping[str, Any], eras: Mapping[str, Any]) -> Deadline:
    if set(entry) - _OTHER_KEYS not in _WAYS:
        raise ValueError(
            f"{where}: an entry has month and day, or days, or on; not {', '.join(sorted(entry))}"
        )
    era = eras[entry["era"]]
    day = entry.get("day", 0)
    return Deadline(
        era=entry["era"],
        valid_from=entry.get("from", era["from"]),
        valid_to=entry.get("to", era.get("to", date.max)),
        law=entry["law"],
        rolling_law=era["rolling_law"],
        confidence=Confidence(entry["confidence"]),
        anchor=Anchor(entry.get("anchor", Anchor.END)),
        month=entry.get("month", 0),
        day=0 if day == "last" else day,
        days=entry.get("days"),
        on=entry.get("on"),
    )


def _anchor_day(anchor: Anchor, period: Period, event: date) -> date:
    match anchor:
        case Anchor.START:
            return period.start
        case Anchor.EVENT | Anchor.DECISION:
            return event
        case Anchor.EVENT_QUARTER:
            return Period.around(PeriodKind.QUARTER, event).end
    return period.end


def _day_of_month(anchor: date, months: int, day: int) -> date:
    years, month = divmod(anchor.month - 1 + months, 12)
    year, month = anchor.year + years, month + 1
    return date(year, month, day or calendar.monthrange(year, month)[1])
