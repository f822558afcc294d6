"""The returns a taxpayer has to file: when each is due, how far it is, and what it costs when late."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import prefetch_related_objects
from django.utils import timezone

from khaithue.obligations import calendar
from khaithue.obligations.outage import Down
from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.drafts.models import Draft
from khaithue.portal.duties.cost import LateCost, cost_of_late, tax_of
from khaithue.portal.duties.due_date import PortalDueDate, days_down, with_outages
from khaithue.portal.duties.plan import Plan, data, plan
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


Key = tuple[int, str, str]


@dataclass(frozen=True)
class _Rows:
    """What is stored of the returns, by taxpayer, form and period."""

    standing: dict[Key, Filing]
    refused: dict[Key, Filing]
    drafts: dict[Key, list[Draft]]
    papers: dict[Key, PaperReturn]
    figures: bool = True


def obligations_for(taxpayer: Taxpayer, since: date, until: date, today: date) -> list[Obligation]:
    """The returns of a taxpayer due from ``since`` to ``until``, both counted, by due date and form.

    Of a list the taxpayer has not registered itself, what is long past and unfiled is left out.
    """
    planned = plan(taxpayer, since - LONGEST_OUTAGE, until)
    wanted = {taxpayer.pk: _due_within(planned, since, until, days_down(today))}
    return _found(taxpayer.pk, planned, wanted, _rows(wanted), today)


def obligations_of_all(
    taxpayers: Sequence[Taxpayer], since: date, until: date, today: date
) -> dict[int, list[Obligation]]:
    """The same for many taxpayers, by their keys, in as many queries as for one.

    Figures are not read: nobody is told what being late costs. A taxpayer that has registered no form has no
    entry, for what it usually files is not looked for.
    """
    prefetch_related_objects(list(taxpayers), "form_registrations")
    downs = days_down(today)
    plans = {
        each.pk: plan(each, since - LONGEST_OUTAGE, until)
        for each in taxpayers
        if each.form_registrations.all()
    }
    wanted = {pk: _due_within(planned, since, until, downs) for pk, planned in plans.items()}
    rows = _rows(wanted, figures=False)
    return {pk: _found(pk, planned, wanted, rows, today) for pk, planned in plans.items()}


Wanted = dict[int, list[tuple[calendar.Obligation, PortalDueDate]]]


def _due_within(
    planned: Plan, since: date, until: date, downs: Sequence[Down]
) -> list[tuple[calendar.Obligation, PortalDueDate]]:
    owed = ((item, with_outages(item.due, downs)) for item in planned.items)
    return [(item, when) for item, when in owed if since <= when.due <= until]


def _found(taxpayer: int, planned: Plan, wanted: Wanted, rows: _Rows, today: date) -> list[Obligation]:
    found = [
        each for item, when in wanted[taxpayer] for each in _obligation(taxpayer, item, when, rows, today)
    ]
    return sorted(_believed(found, planned), key=lambda each: (each.due, each.form_code, each.period.start))


def obligations_around(taxpayer: Taxpayer, today: date) -> list[Obligation]:
    """The returns due about now, as far behind and ahead as ``law/procedures/duties.toml`` says."""
    return obligations_for(taxpayer, *around(today), today)


def around(today: date) -> tuple[date, date]:
    """The first and last due date that is about now, by ``law/procedures/duties.toml``."""
    sizes: dict[str, int] = data()["dashboard"]
    return today - timedelta(sizes["behind_days"]), today + timedelta(sizes["ahead_days"])


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
    return replace(one, cost=cost_of_late(one.due, day, tax_of(return_of(one.filing))))


def _believed(found: Iterable[Obligation], planned: Plan) -> Iterator[Obligation]:
    longest: int = data()["organisation"]["behind_days"]
    for each in found:
        if planned.registered or each.state is State.FILED or each.days >= -longest:
            yield each


def _obligation(
    taxpayer: int, item: calendar.Obligation, when: PortalDueDate, rows: _Rows, today: date
) -> Iterator[Obligation]:
    form = find_for(item.form_code, item.period, today)
    if form is None:
        return
    key = (taxpayer, item.form_code, str(item.period))
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
        cost=_cost(when.due, today, filing, paper, draft) if rows.figures else None,
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
    due: date, today: date, filing: Filing | None, paper: PaperReturn | None, draft: Draft | None
) -> LateCost | None:
    """The cost of the day it was filed, else of today. Figures are read only where something is late."""
    day = today
    if filing:
        day = timezone.localdate(filing.received_at)
    elif paper:
        day = paper.filed_on
    if day <= due:
        return None
    return cost_of_late(due, day, None if filing else _kept_tax(paper or draft))


def _kept_tax(kept: PaperReturn | Draft | None) -> int | None:
    ret, _ = decode(kept.data) if kept else (None, ())
    return tax_of(compute(ret)) if ret else None


def _rows(wanted: Wanted, *, figures: bool = True) -> _Rows:
    """One query a table, for the forms and the days of these returns."""
    items = [item for owed in wanted.values() for item, _ in owed]
    if not items:
        return _Rows({}, {}, {}, {})
    same = {
        "taxpayer__in": list(wanted),
        "form_code__in": {item.form_code for item in items},
        "period__in": {str(item.period) for item in items},
    }
    first, last = min(item.period.start for item in items), max(item.period.start for item in items)
    filings = Filing.objects.filter(**same, kind="C", period_start__range=(first, last))
    light = filings.exclude(state=Filing.State.REPLACED).defer("body", "signer", "findings").order_by()
    standing: dict[Key, Filing] = {}
    refused: dict[Key, Filing] = {}
    for filing in sorted(light, key=lambda each: (each.received_at, each.pk)):
        (refused if filing.state == Filing.State.REFUSED else standing)[_key(filing)] = filing
    unread = () if figures else ("data",)
    drafts: dict[Key, list[Draft]] = {}
    for draft in Draft.objects.filter(**same, kind="C").defer(*unread):
        drafts.setdefault(_key(draft), []).append(draft)
    papers = {_key(paper): paper for paper in PaperReturn.objects.filter(**same).defer(*unread)}
    return _Rows(standing, refused, drafts, papers, figures)


def _key(row: Filing | Draft | PaperReturn) -> Key:
    return row.taxpayer_id, row.form_code, row.period
