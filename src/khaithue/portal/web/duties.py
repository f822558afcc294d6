"""What a taxpayer has to file soon, and how far each return is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khaithue import law
from khaithue.obligations.calendar import Duty, Obligation, obligations_of
from khaithue.obligations.due import ObligationError, form_codes, period_kinds
from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.drafts.models import Draft
from khaithue.portal.filing.models import Filing
from khaithue.returns.catalogue import find_for

BEHIND = timedelta(days=31)
AHEAD = timedelta(days=45)
SOON = 5
"""Days left from which a return is shown as urgent."""

REGULAR = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR)


@dataclass(frozen=True)
class Task:
    """One return to file, with the draft or the filing there is for it."""

    form_code: str
    title: str
    period: Period
    due: date
    days: int
    draft: Draft | None
    filing: Filing | None

    @property
    def urgency(self) -> str:
        """The class of the mark beside the due day."""
        if self.filing:
            return "good"
        if self.days < 0:
            return "late"
        return "soon" if self.days <= SOON else "wait"

    @property
    def days_text(self) -> str:
        """How many days are left, or how late it is; nothing to say once filed."""
        if self.filing:
            return ""
        if self.days < 0:
            return ngettext("quá hạn %d ngày", "quá hạn %d ngày", -self.days) % -self.days
        if self.days == 0:
            return _("hạn hôm nay")
        return ngettext("còn %d ngày", "còn %d ngày", self.days) % self.days


def tasks(taxpayer: Taxpayer, today: date) -> list[Task]:
    """The returns due from a month ago to six weeks ahead whose period is over, by due day."""
    found = obligations_of(_duties(taxpayer, today), today - BEHIND, today + AHEAD)
    return [_task(taxpayer, item, today) for item in found if item.period.end < today and _known(item, today)]


def _duties(taxpayer: Taxpayer, today: date) -> Iterator[Duty]:
    """One duty for each form: by the kind of period last used, else the first its law names."""
    for code in sorted(_usual_forms(taxpayer) & set(form_codes())):
        kinds = [kind for kind in _kinds(code, today) if kind in REGULAR]
        if kinds:
            kind = _habit(taxpayer, code, kinds)
            yield Duty(code, kind, Period.around(kind, today - timedelta(days=430)))


def _usual_forms(taxpayer: Taxpayer) -> set[str]:
    """What an organisation files as a rule, and what this taxpayer has filed before."""
    usual: list[str] = law.document("procedures/duties.toml")["organisation"]["forms"]
    return {*usual, *taxpayer.filings.values_list("form_code", flat=True)}


def _kinds(code: str, today: date) -> tuple[PeriodKind, ...]:
    try:
        return period_kinds(code, today - BEHIND)
    except ObligationError:
        return ()


def _habit(taxpayer: Taxpayer, code: str, kinds: list[PeriodKind]) -> PeriodKind:
    newest = taxpayer.filings.filter(form_code=code).values_list("period", flat=True).first()
    newest = newest or taxpayer.drafts.filter(form_code=code).values_list("period", flat=True).first()
    kind = Period.parse(newest).kind if newest else kinds[0]
    return kind if kind in kinds else kinds[0]


def _known(item: Obligation, today: date) -> bool:
    return find_for(item.form_code, item.period, today) is not None


def _task(taxpayer: Taxpayer, item: Obligation, today: date) -> Task:
    same = {"form_code": item.form_code, "period": str(item.period), "kind": "C"}
    form = find_for(item.form_code, item.period, today)
    return Task(
        form_code=item.form_code,
        title=form.title if form else "",
        period=item.period,
        due=item.due.due,
        days=(item.due.due - today).days,
        draft=taxpayer.drafts.filter(**same, basis=form.basis if form else "").first(),
        filing=Filing.objects.standing().filter(taxpayer=taxpayer, **same).first(),
    )
