"""Which periods a form may be registered for, and which first period is meant when none is given."""

import calendar
from datetime import date

from khaithue import law
from khaithue.obligations.due import ObligationError, period_kinds
from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.duties.due_date import due_date
from khaithue.returns.catalogue import Head, heads


def kinds_of(form_code: str, day: date) -> tuple[PeriodKind, ...]:
    """The kinds of period the form of that code is filed for on a day, the most frequent first.

    Those its newest version prints and the law allows then. A free range of days is none of them: it has no
    next period to owe. Empty for a form that is not known.
    """
    head = newest(form_code)
    printed = {PeriodKind(kind) for kind in head.periods} - {PeriodKind.RANGE} if head else set()
    allowed = printed & _lawful(form_code, day) or printed
    return tuple(kind for kind in PeriodKind if kind in allowed)


def newest(form_code: str) -> Head | None:
    """The newest return of that code, taken today or not; None when there is none."""
    known = (head for head in heads() if head.code == form_code and head.frame == "return")
    return max(known, key=lambda head: head.valid_from, default=None)


def title_of(form_code: str) -> str:
    """The title of the newest return of that code; empty when there is none."""
    head = newest(form_code)
    return head.title if head else ""


def nearest_period(form_code: str, kind: PeriodKind, day: date) -> Period:
    """The period meant when no first one is given: the last that ended, while it may still be filed in time.

    Once its due day is over, and for a form filed by occurrence, it is the period of the day itself.
    """
    running = Period.around(kind, day)
    if kind is PeriodKind.OCCURRENCE:
        return running
    try:
        in_time = due_date(form_code, running.previous()).due >= day
    except ObligationError:
        in_time = False
    return running.previous() if in_time else running


def earliest(day: date) -> date:
    """The first day a first period may begin on, seen from a day."""
    years: int = law.document("procedures/set_up.toml")["first_period"]["years_back"]
    return date(day.year - years, 1, 1)


def latest(day: date) -> date:
    """The last day a first period may begin on, seen from a day."""
    months: int = law.document("procedures/set_up.toml")["first_period"]["months_ahead"]
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def read_period(typed: str) -> Period | None:
    """A period as people write it (``05/2026``, ``Q2/2026``, ``2025``, ``20/05/2026``), or None."""
    parts = typed.strip().upper().split("/")
    text = "-".join(f"{part:0>2}" for part in reversed(parts))
    try:
        return Period.parse(text[:24])
    except ValueError:
        return None


def _lawful(form_code: str, day: date) -> set[PeriodKind]:
    try:
        return set(period_kinds(form_code, day))
    except ObligationError:
        return set()
