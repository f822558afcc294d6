"""When a return is due here: the day of the law, moved by declared outages. Every due date is asked here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from khaithue.obligations.due import DueDate
from khaithue.obligations.due import due as due_by_law
from khaithue.obligations.outage import Down, Move, moved
from khaithue.obligations.period import Period
from khaithue.portal.duties.models import Outage


@dataclass(frozen=True)
class PortalDueDate:
    """The due date by the law, and how outages move it, if they do."""

    by_law: DueDate
    move: Move | None

    @property
    def due(self) -> date:
        """The last day to file."""
        return self.move.due if self.move else self.by_law.due

    @property
    def law(self) -> str:
        """The articles it comes from."""
        return f"{self.by_law.law}; {self.move.law}" if self.move else self.by_law.law

    @property
    def provisional(self) -> bool:
        """Whether it may still move later: a day off not announced, an outage that goes on."""
        return self.by_law.provisional or (self.move is not None and self.move.provisional)


def due_date(
    form_code: str,
    period: Period,
    *,
    event_date: date | None = None,
    downs: Sequence[Down] | None = None,
) -> PortalDueDate:
    """When the return of a form for a period is due; ``downs`` spares asking for the outages again.

    Raises an ``ObligationError`` as ``obligations.due.due`` does.
    """
    return with_outages(due_by_law(form_code, period, event_date), days_down() if downs is None else downs)


def with_outages(by_law: DueDate, downs: Sequence[Down]) -> PortalDueDate:
    """A due date of the law, moved."""
    return PortalDueDate(by_law, moved(by_law.due, downs))


def days_down(today: date | None = None) -> tuple[Down, ...]:
    """The days of every standing outage; one that goes on is over today (when not said) at the earliest."""
    now = today or timezone.localdate()
    return tuple(down_of(outage, now) for outage in Outage.objects.standing())


def down_of(outage: Outage, today: date) -> Down:
    """The days of one outage. One that ends at midnight is not on the day that begins then."""
    first = timezone.localdate(outage.began_at)
    if outage.ended_at is None:
        last = max(first, today)
        return Down(first, last, last, ongoing=True)
    last = timezone.localdate(outage.ended_at - timedelta(microseconds=1))
    return Down(first, max(first, last), timezone.localdate(outage.ended_at))
