"""The returns a taxpayer has to file: when each is due, how far it is, and what it costs when late."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.utils import timezone

from khaithue.obligations import calendar
from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.drafts.models import Draft
from khaithue.portal.duties.cost import LateCost, cost_of_late, tax_of
from khaithue.portal.duties.due_date import PortalDueDate, days_down, with_outages
from khaithue.portal.duties.plan import Plan, data, plans
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.filing.reading import return_of
from khaithue.returns.catalogue import find_for
from khaithue.returns.codec import decode
from khaithue.returns.compute import compute

LONGEST_OUTAGE = timedelta(days=60)
"""How much earlier than its due date a return may be due by the law's words."""


class State(StrEnum):
    """How far a return is: its period not over, to be filed, filed, past its due date, refused."""

    NOT_DUE = "not_due"
    DUE = "due"
    FILED = "filed"
    LATE = "late"
    REFUSED = "refused"


@dataclass(frozen=True)
class Obligation:
    """One return to file.

    ``days`` are those from today to the due date, negative when past. ``filing`` is what stands, ``refused``
    the newest refused one when none does, ``paper`` the return filed on paper. ``cost`` is that of being
    late: of filing today, or of the day it was filed; ``None`` when in time. In a list a filing's figures are
    not read for it: its tax is not known there.
    """

    form_code: str
    title: str
    period: Period
    when: PortalDueDate
    state: State
    days: int
    draft: Draft | None = None
    filing: Filing | None = None
    refused: Filing | None = None
    paper: PaperReturn | None = None
    cost: LateCost | None = None

    @property
    def due(self) -> date:
        """The last day to file."""
        return self.when.due

    @property
    def is_open(self) -> bool:
        """Whether it is still to be filed."""
        return self.state is not State.FILED


Key = tuple[str, str]


@dataclass(frozen=True)
class _Rows:
    """What is stored of the returns of one taxpayer, by form and period; whether it is a ``person``."""

    standing: dict[Key, Filing]
    refused: dict[Key, Filing]
    drafts: dict[Key, list[Draft]]
    papers: dict[Key, PaperReturn]
    person: bool


def obligations_for(taxpayer: Taxpayer, since: date, until: date, today: date) -> list[Obligation]:
    """The returns of a taxpayer due from ``since`` to ``until``, both counted, by due date and form.

    Of a list the taxpayer has not registered itself, what is long past and unfiled is left out.
    """
    return obligations_by_taxpayer([taxpayer], since, until, today)[taxpayer.pk]


def obligations_by_taxpayer(
    taxpayers: Sequence[Taxpayer], since: date, until: date, today: date, *, costs: bool = True
) -> dict[int, list[Obligation]]:
    """The same for many taxpayers, by their keys, with as many queries as for one.

    Without ``costs`` no figures are read and nobody is told what being late costs.
    """
    planned, downs = plans(taxpayers, since - LONGEST_OUTAGE, until), days_down(today)
    owed = {
        key: [(item, with_outages(item.due, downs)) for item in each.items] for key, each in planned.items()
    }
    wanted = {
        key: [(item, when) for item, when in items if since <= when.due <= until]
        for key, items in owed.items()
    }
    rows = _rows(taxpayers, [item for items in wanted.values() for item, _ in items])
    found = {
        key: [each for item, when in items for each in _obligation(item, when, rows[key], today, costs=costs)]
        for key, items in wanted.items()
    }
    return {key: sorted(_believed(each, planned[key]), key=_place) for key, each in found.items()}


def _place(owed: Obligation) -> tuple[date, str, date]:
    return owed.due, owed.form_code, owed.period.start


def obligations_around(taxpayer: Taxpayer, today: date) -> list[Obligation]:
    """The returns due about now, as far behind and ahead as ``law/procedures/duties.toml`` says."""
    return around_by_taxpayer([taxpayer], today)[taxpayer.pk]


def around_by_taxpayer(
    taxpayers: Sequence[Taxpayer], today: date, *, costs: bool = True
) -> dict[int, list[Obligation]]:
    """The same for many taxpayers, by their keys; see ``obligations_by_taxpayer``."""
    sizes: dict[str, int] = data()["dashboard"]
    since, until = today - timedelta(sizes["behind_days"]), today + timedelta(sizes["ahead_days"])
    return obligations_by_taxpayer(taxpayers, since, until, today, costs=costs)


def obligation_of(taxpayer: Taxpayer, form_code: str, period: Period, today: date) -> Obligation | None:
    """One of them by form and period; ``None`` when the taxpayer does not owe it.

    The figures of a return filed late are read for its cost.
    """
    around = timedelta(days=500)
    found = obligations_for(taxpayer, period.start - around, period.end + around, today)
    one = next((each for each in found if (each.form_code, each.period) == (form_code, period)), None)
    if one is None or one.cost is None or one.filing is None:
        return one
    day = timezone.localdate(one.filing.received_at)
    cost = cost_of_late(one.due, day, tax_of(return_of(one.filing)), person=taxpayer.is_person)
    return replace(one, cost=cost)


def _believed(found: Iterable[Obligation], planned: Plan) -> Iterator[Obligation]:
    longest: int = data()["organisation"]["behind_days"]
    for each in found:
        if planned.registered or each.state is State.FILED or each.days >= -longest:
            yield each


def _obligation(
    item: calendar.Obligation, when: PortalDueDate, rows: _Rows, today: date, *, costs: bool
) -> Iterator[Obligation]:
    form = find_for(item.form_code, item.period, today)
    if form is None:
        return
    key = (item.form_code, str(item.period))
    filing, paper = rows.standing.get(key), rows.papers.get(key)
    draft = next((each for each in rows.drafts.get(key, ()) if each.basis == form.basis), None)
    refused = None if filing or paper else rows.refused.get(key)
    yield Obligation(
        form_code=item.form_code,
        title=form.title,
        period=item.period,
        when=when,
        state=_state(item.period, when.due, today, filed=bool(filing or paper), refused=bool(refused)),
        days=(when.due - today).days,
        draft=draft,
        filing=filing,
        refused=refused,
        paper=paper,
        cost=_cost(when.due, today, filing or paper, draft, person=rows.person) if costs else None,
    )


def _state(period: Period, due: date, today: date, *, filed: bool, refused: bool) -> State:
    if filed:
        return State.FILED
    if refused:
        return State.REFUSED
    if due < today:
        return State.LATE
    over = period.end < today or (due <= period.end and period.start <= today)
    return State.DUE if over else State.NOT_DUE


def _cost(
    due: date, today: date, filed: Filing | PaperReturn | None, draft: Draft | None, *, person: bool
) -> LateCost | None:
    """The cost of the day it was filed, else of today. Figures are read only where something is late."""
    match filed:
        case Filing():
            day, kept = timezone.localdate(filed.received_at), None
        case PaperReturn():
            day, kept = filed.filed_on, filed.data
        case None:
            day, kept = today, draft.data if draft else None
    return cost_of_late(due, day, _kept_tax(kept), person=person) if day > due else None


def _kept_tax(data: object) -> int | None:
    ret, _ = decode(data) if data else (None, ())
    return tax_of(compute(ret)) if ret else None


def _rows(taxpayers: Sequence[Taxpayer], items: list[calendar.Obligation]) -> dict[int, _Rows]:
    """One query a table, for the forms and the days of these returns, by the keys of the taxpayers."""
    found = {each.pk: _Rows({}, {}, {}, {}, each.is_person) for each in taxpayers}
    if not items:
        return found
    same = {
        "taxpayer__in": list(found),
        "form_code__in": {item.form_code for item in items},
        "period__in": {str(item.period) for item in items},
    }
    first, last = min(item.period.start for item in items), max(item.period.start for item in items)
    filings = Filing.objects.filter(**same, kind="C", period_start__range=(first, last))
    light = filings.exclude(state=Filing.State.REPLACED).defer("body", "signer", "findings").order_by()
    for filing in sorted(light, key=lambda each: (each.received_at, each.pk)):
        mine = found[filing.taxpayer_id]
        (mine.refused if filing.state == Filing.State.REFUSED else mine.standing)[_key(filing)] = filing
    for draft in Draft.objects.filter(**same, kind="C"):
        found[draft.taxpayer_id].drafts.setdefault(_key(draft), []).append(draft)
    for paper in PaperReturn.objects.filter(**same):
        found[paper.taxpayer_id].papers[_key(paper)] = paper
    return found


def _key(row: Filing | Draft | PaperReturn) -> Key:
    return row.form_code, row.period
