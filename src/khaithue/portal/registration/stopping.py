"""Leaving the service: what is asked of it, and whether it is stopped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.registration.models import FormRegistration
from khaithue.returns.findings import Finding, finding

LONGEST = 500
"""Most signs of a reason."""

MOST = 24
"""Most periods offered as the last one."""

REGULAR = ("month", "quarter", "half_year", "year")


@dataclass(frozen=True)
class Stop:
    """What the main account asks: why, and the last period filed online of each registered form."""

    reason: str
    last: Mapping[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The reason on one line."""
        return " ".join(self.reason.split())[:LONGEST]

    def period_of(self, registered: FormRegistration) -> Period | None:
        """The last period of a form; None when it is missing or cannot be read."""
        try:
            return Period.parse(self.last.get(registered.form_code, ""))
        except ValueError:
            return None


def open_registrations(taxpayer: Taxpayer) -> list[FormRegistration]:
    """The forms registered without an end."""
    return list(taxpayer.form_registrations.filter(last_end__isnull=True))


def stopped(taxpayer: Taxpayer) -> Finding | None:
    """That the taxpayer has left the service, asked of the row as it is now."""
    now = Taxpayer.objects.filter(pk=taxpayer.pk, service=Taxpayer.Service.STOPPED).first()
    return finding("REG-STOPPED", day=f"{now.service_to:%d/%m/%Y}") if now and now.service_to else None


def against(taxpayer: Taxpayer, stop: Stop, today: date) -> Iterator[Finding]:
    """What speaks against the stop; returns still in preparation are told as a warning."""
    if said := stopped(taxpayer):
        yield said
        return
    if not stop.why:
        yield finding("REG-STOP-REASON", cell="reason")
    for registered in open_registrations(taxpayer):
        if not _may_be_last(registered, stop.period_of(registered), today):
            yield finding(
                "REG-STOP-PERIOD",
                cell=registered.form_code,
                form=registered.form_code,
                period=stop.last.get(registered.form_code, "")[:24],
                first=registered.first_period,
            )
    if count := taxpayer.drafts.count():
        yield finding("REG-STOP-DRAFTS", count=count)


def _may_be_last(registered: FormRegistration, period: Period | None, today: date) -> bool:
    """Of the registered kind, not before the first, and begun, unless it is the first itself."""
    if period is None or period.kind.value != registered.period_kind:
        return False
    if period.start < registered.first_start:
        return False
    return period.start <= today or period.start == registered.first_start


def choices(registered: FormRegistration, today: date) -> list[Period]:
    """The periods that may be the last, newest first: from the one now running back to the first registered.

    What is filed by occurrence ends with the day.
    """
    first = Period.parse(registered.first_period)
    if registered.period_kind not in REGULAR or first.start > today:
        day = Period(PeriodKind.OCCURRENCE, today, today)
        return [day if registered.period_kind == day.kind.value and first.start <= today else first]
    found = [Period.around(first.kind, today)]
    while found[-1].start > first.start and len(found) < MOST:
        found.append(found[-1].previous())
    return found
