"""What may be entered in the register of outages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from khaithue.portal.duties.models import Outage
from khaithue.returns.findings import Finding, Text, finding

LONGEST_REASON = 500
OPEN = Text("chưa khắc phục", "not over")


@dataclass(frozen=True)
class OutageOutcome:
    """The outage as it stands in the register, or None when it was refused, and what was found."""

    outage: Outage | None
    findings: tuple[Finding, ...] = ()


def moment_words(moment: datetime) -> str:
    """``20/11/2026 14:30`` in Viet Nam."""
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"


def read_moment(typed: str) -> datetime | None:
    """A moment in Viet Nam as people or browsers write it, to the minute; ``None`` when it is none."""
    for spelling in ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"):
        try:
            return timezone.make_aware(datetime.strptime(typed.strip(), spelling))  # made aware here
        except ValueError:
            continue
    return None


def faults_of_reason(reason: str) -> Iterator[Finding]:
    """A reason is there, and short enough for people to read."""
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        yield finding("OUTAGE-NO-REASON")


def faults_of_span(
    began_at: datetime, ended_at: datetime | None, now: datetime, *, of: Outage | None = None
) -> Iterator[Finding]:
    """The span is over or goes on, has a length, and shares no moment with another outage than ``of``."""
    for moment in (began_at, ended_at):
        if moment and moment > now:
            yield finding("OUTAGE-FUTURE", moment=moment_words(moment))
    if ended_at and ended_at <= began_at:
        yield finding("OUTAGE-END-FIRST", begin=moment_words(began_at), end=moment_words(ended_at))
        return
    others = Outage.objects.standing().overlapping(began_at, ended_at)
    for other in others.exclude(pk__in=[of.pk] if of else [])[:1]:
        end = moment_words(other.ended_at) if other.ended_at else OPEN
        yield finding("OUTAGE-OVERLAP", begin=moment_words(other.began_at), end=end)
