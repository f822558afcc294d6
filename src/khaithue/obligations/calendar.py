"""The returns a taxpayer has to file over time, with their due days: a tax calendar."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from khaithue.obligations.due import DueDate, EventNeededError, due, period_kinds
from khaithue.obligations.period import Period, PeriodKind


@dataclass(frozen=True)
class Duty:
    """A form filed again and again from ``first_period`` on, a month, quarter or year at a time."""

    form_code: str
    period_kind: PeriodKind
    first_period: Period


@dataclass(frozen=True)
class Obligation:
    """One return to file: the form, its period and when it is due."""

    form_code: str
    period: Period
    due: DueDate


def obligations_of(duties: Iterable[Duty], since: date, until: date) -> list[Obligation]:
    """The returns due from ``since`` to ``until``, both counted, by due day and form.

    A duty by month goes on by quarter from the day its form takes quarters only (05/KK-TNCN from 7/2026),
    and ends when its form takes neither. A form due from the day of a decision does not come again. Raises
    ``ValueError`` for a duty of occurrences or ranges and for one whose first period is of another kind,
    ``UnknownFormError`` for a form without deadlines.
    """
    found = [item for duty in duties for item in _series(duty, until) if item.due.due >= since]
    return sorted(found, key=lambda item: (item.due.due, item.form_code, item.period.start))


def upcoming(forms: Iterable[Duty], today: date, horizon_days: int) -> list[Obligation]:
    """The returns due from today to ``horizon_days`` days ahead, both counted; see ``obligations_of``."""
    return obligations_of(forms, today, today + timedelta(days=horizon_days))


def _series(duty: Duty, until: date) -> Iterator[Obligation]:
    if duty.first_period.kind is not duty.period_kind:
        raise ValueError(f"a duty by {duty.period_kind} cannot start with the period {duty.first_period}")
    period: Period | None = _allowed(duty.form_code, duty.first_period)
    while period is not None:
        try:
            when = due(duty.form_code, period)
        except EventNeededError:
            return
        if when.due > until:
            return
        yield Obligation(duty.form_code, period, when)
        period = _allowed(duty.form_code, period.next())


def _allowed(form_code: str, period: Period) -> Period | None:
    kinds = period_kinds(form_code, period.start)
    if period.kind in kinds:
        return period
    if period.kind is PeriodKind.MONTH and PeriodKind.QUARTER in kinds:
        return Period.around(PeriodKind.QUARTER, period.start)
    return None
