"""When a return is due (thời hạn nộp hồ sơ khai thuế): the day of the law, moved off days off.

The law in force on the due day decides, not that of the period: of a rule's entries the one holds whose era
contains the day it gives. So June 2026 (due 20/7/2026) goes by decree 252/2026, and quarter 2/2020 by law
38/2019 (31/7/2020; guidance of the time also named 30/7, so its confidence is medium). Which kinds of period
a form allows goes by the period: 05/KK-TNCN takes months to 6/2026 and only quarters after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from khaithue.law.dated import Confidence
from khaithue.obligations.period import Period, PeriodKind
from khaithue.obligations.rules import Deadline, FormRule, FormRules, form_rules, undated
from khaithue.obligations.working_days import DayOff, is_announced, roll

_KINDS = {
    PeriodKind.MONTH: ("tháng", "month"),
    PeriodKind.QUARTER: ("quý", "quarter"),
    PeriodKind.HALF_YEAR: ("6 tháng", "half-year"),
    PeriodKind.YEAR: ("năm", "year"),
    PeriodKind.OCCURRENCE: ("từng lần phát sinh", "each occurrence"),
    PeriodKind.RANGE: ("từ ngày đến ngày", "range of days"),
}


@dataclass(frozen=True)
class DueDate:
    """The last day to file: ``nominal`` by the law's words, ``due`` after moving it past the days off.

    ``provisional`` when the calendar of days off around it is not announced, or not stored, in full: a day
    off still missing would move it later, never earlier.
    """

    nominal: date
    due: date
    era: str
    law: str
    moved_because: tuple[DayOff, ...]
    provisional: bool
    confidence: Confidence


class ObligationError(ValueError):
    """A form and period that no deadline is for; ``code`` is in ``law/errors``, ``params`` fill its texts."""

    code: ClassVar[str]

    def __init__(self, params: Mapping[str, Any], law: str = "") -> None:
        super().__init__(f"{self.code}: {params}")
        self.params = params
        self.law = law


class UnknownFormError(ObligationError):
    """No deadline of this form is stored."""

    code = "UNKNOWN-FORM"


class PeriodKindError(ObligationError):
    """The form is not filed for this kind of period at this time."""

    code = "PERIOD-KIND"


class NoDeadlineError(ObligationError):
    """The form takes the period, but the stored law has no deadline that falls in its days."""

    code = "NO-DEADLINE"


class NoDueDateError(ObligationError):
    """The paper is not due on a day of its own: a registration, a paper of the office, an enclosure."""

    code = "NO-DUE-DATE"


class EventNeededError(ObligationError):
    """The days count from a decision whose day was not told."""

    code = "EVENT-NEEDED"


def due(form_code: str, period: Period, event_date: date | None = None) -> DueDate:
    """When the return of a form for a period is due; ``event_date`` is what an occurrence's days count from.

    Without ``event_date`` the period's first day counts, except where a decision's day must be told. Raises
    an ``ObligationError`` of one of the kinds above.

    >>> due("01/GTGT", Period.parse("2026-Q1")).due
    datetime.date(2026, 5, 4)
    """
    rule = _rule(form_code, period)
    deadline, nominal = _in_force(form_code, rule, period, event_date)
    day, passed = roll(nominal)
    return DueDate(
        nominal=nominal,
        due=day,
        era=deadline.era,
        law=f"{deadline.law}; {deadline.rolling_law}" if passed else deadline.law,
        moved_because=passed,
        provisional=not (is_announced(nominal.year) and is_announced(day.year)),
        confidence=deadline.confidence,
    )


def deadline_of(form_code: str, period: Period, event_date: date | None = None) -> Deadline:
    """The deadline that ``due`` counts by; raises the same."""
    return _in_force(form_code, _rule(form_code, period), period, event_date)[0]


def form_codes() -> tuple[str, ...]:
    """The codes of all forms with a stored deadline."""
    return tuple(form_rules())


def undated_codes() -> tuple[str, ...]:
    """The codes of the papers said to be without a due day, for some periods or for all."""
    return tuple(undated())


def period_kinds(form_code: str, on: date) -> tuple[PeriodKind, ...]:
    """The kinds of period a form may be filed for, of periods that start on a day; ``UnknownFormError``.

    A paper without a due day has none.
    """
    allowed = {rule.kind for rule in _form(form_code).rules if rule.covers(on)}
    return tuple(kind for kind in PeriodKind if kind in allowed)


def _form(form_code: str) -> FormRules:
    found = form_rules().get(form_code)
    if found is None and form_code not in undated():
        raise UnknownFormError({"form": form_code})
    return found or FormRules((), "")


def _rule(form_code: str, period: Period) -> FormRule:
    form = _form(form_code)
    for rule in form.rules:
        if rule.kind is period.kind and rule.covers(period.start):
            return rule
    if paper := undated().get(form_code):
        raise NoDueDateError({"form": form_code, "why_vi": paper.vi, "why_en": paper.en}, paper.law)
    kinds = [_KINDS[kind] for kind in period_kinds(form_code, period.start)]
    vi = "; ".join(vi for vi, _ in kinds) or "không có"
    en = "; ".join(en for _, en in kinds) or "none"
    params = {"form": form_code, "period": str(period), "kinds_vi": vi, "kinds_en": en}
    raise PeriodKindError(params, form.law)


def _in_force(form_code: str, rule: FormRule, period: Period, event: date | None) -> tuple[Deadline, date]:
    for deadline in rule.deadlines:
        if event is None and deadline.needs_event:
            raise EventNeededError({"form": form_code, "period": str(period)}, deadline.law)
        nominal = deadline.nominal(period, event or period.start)
        if deadline.valid_from <= nominal <= deadline.valid_to:
            return deadline, nominal
    raise NoDeadlineError({"form": form_code, "period": str(period)})
