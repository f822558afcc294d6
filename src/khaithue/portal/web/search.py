"""What is looked for among the filings, as the address of the page says it."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from khaithue.portal.filing.models import Filing
from khaithue.portal.web.typed import UnreadableError, value_of
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import Kind

NAMES = ("form", "period_from", "period_to", "filed_from", "filed_to", "state", "kind", "code", "sort")

ORDERS = {
    "filed": ("received_at", "pk"),
    "code": ("transaction_code",),
    "form": ("form_code", "period_start", "supplement_no", "pk"),
    "period": ("period_start", "period_end", "form_code", "pk"),
}
"""The columns the list may be sorted by; a minus before the name turns the order round."""

NEWEST = "-filed"


@dataclass(frozen=True)
class Search:
    """The texts asked for by their names, the days they mean, and what could not be read."""

    asked: dict[str, str]
    days: dict[str, date]
    findings: tuple[Finding, ...]

    @property
    def sort(self) -> str:
        """The order asked for; the newest first when it is none."""
        asked = self.asked["sort"]
        return asked if asked.removeprefix("-") in ORDERS else NEWEST

    @property
    def is_narrow(self) -> bool:
        """Whether anything but an order is asked for."""
        return any(text for name, text in self.asked.items() if name != "sort")

    def of(self, filings: QuerySet[Filing]) -> QuerySet[Filing]:
        """The filings found, in order; what could not be read narrows nothing."""
        return self._by_days(self._by_texts(filings)).order_by(*_order(self.sort))

    def _by_texts(self, filings: QuerySet[Filing]) -> QuerySet[Filing]:
        asked = self.asked
        exact = {"form": "form_code", "state": "state", "kind": "kind"}
        code = "".join(asked["code"].split())
        wanted = {column: asked[name] for name, column in exact.items() if asked[name]}
        return filings.filter(**wanted, **({"transaction_code__startswith": code} if code else {}))

    def _by_days(self, filings: QuerySet[Filing]) -> QuerySet[Filing]:
        columns = {
            "period_from": "period_start__gte",
            "period_to": "period_end__lte",
            "filed_from": "received_at__gte",
            "filed_to": "received_at__lte",
        }
        limits = {columns[name]: _limit(name, day) for name, day in self.days.items()}
        return filings.filter(**limits)


def search_of(query: QueryDict) -> Search:
    """The search an address asks for."""
    asked = {name: query.get(name, "").strip()[:40] for name in NAMES}
    days: dict[str, date] = {}
    findings: list[Finding] = []
    for name in ("period_from", "period_to", "filed_from", "filed_to"):
        try:
            found = _day(name, asked[name])
        except UnreadableError:
            code = "LOOKUP-MONTH" if name.startswith("period") else "LOOKUP-DAY"
            findings.append(finding(code, typed=asked[name]))
        else:
            days |= {name: found} if found else {}
    for what in ("period", "filed"):
        first, last = days.get(f"{what}_from"), days.get(f"{what}_to")
        if first and last and first > last:
            findings.append(finding("LOOKUP-RANGE"))
    return Search(asked, days, tuple(findings))


def _day(name: str, typed: str) -> date | None:
    """The day a text means: the outer day of a month for a period."""
    if name.startswith("filed"):
        read = value_of(Kind.DATE, typed)
        return date.fromisoformat(read) if read else None
    read = value_of(Kind.MONTH, typed)
    if not read:
        return None
    year, month = map(int, read.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1] if name.endswith("to") else 1)


def _limit(name: str, day: date) -> date | datetime:
    """A day of filing as the first or last moment of it in Viet Nam."""
    if name.startswith("period"):
        return day
    moment = time.min if name.endswith("from") else time.max
    return timezone.make_aware(datetime.combine(day, moment))


def _order(sort: str) -> tuple[str, ...]:
    columns = ORDERS[sort.removeprefix("-")]
    return tuple(f"-{column}" for column in columns) if sort.startswith("-") else columns
