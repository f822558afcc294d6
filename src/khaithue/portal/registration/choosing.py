"""Choosing forms to register: what was asked for, each with its first period found and its faults told."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.registration import periods
from khaithue.portal.registration.models import FormRegistration
from khaithue.portal.registration.words import period_text
from khaithue.returns.findings import Finding, Text, finding

KINDS = {
    PeriodKind.MONTH: Text("tháng", "month"),
    PeriodKind.QUARTER: Text("quý", "quarter"),
    PeriodKind.HALF_YEAR: Text("6 tháng", "half-year"),
    PeriodKind.YEAR: Text("năm", "year"),
    PeriodKind.OCCURRENCE: Text("từng lần phát sinh", "occurrence"),
}


@dataclass(frozen=True)
class Wish:
    """One form asked for: the kind of period (the form's first when empty) and the first period as typed."""

    form_code: str
    kind: str = ""
    first: str = ""


@dataclass(frozen=True)
class Choice:
    """One form as it would be registered; ``first`` is None when it cannot be."""

    form_code: str
    kind: PeriodKind | None = None
    first: Period | None = None
    last: Period | None = None
    """Set when a later registration of the form begins after this one, which therefore ends before it."""
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """The form's title."""
        return periods.title_of(self.form_code)


def choose(taxpayer: Taxpayer, wish: Wish, day: date) -> Choice:
    """What a wish comes to on a day. Findings: FORM-UNKNOWN, FORM-KIND, FORM-PERIOD, FORM-FIRST-TOO-EARLY,
    FORM-FIRST-TOO-LATE, FORM-ALREADY-REGISTERED.
    """
    blank = Choice(wish.form_code)
    kinds = periods.kinds_of(wish.form_code, day)
    if not kinds:
        return replace(blank, findings=(finding("FORM-UNKNOWN", form=wish.form_code),))
    kind = next((each for each in kinds if each == (wish.kind or kinds[0])), None)
    if kind is None:
        return replace(blank, findings=(finding("FORM-KIND", form=wish.form_code, kinds=_named(kinds)),))
    first = _first(wish, kind, day)
    if first is None:
        wrong = finding("FORM-PERIOD", form=wish.form_code, period=wish.first, kind=KINDS[kind])
        return replace(blank, kind=kind, findings=(wrong,))
    return _placed(taxpayer, Choice(wish.form_code, kind, first), first, day)


def _first(wish: Wish, kind: PeriodKind, day: date) -> Period | None:
    if not wish.first.strip():
        return periods.nearest_period(wish.form_code, kind, day)
    read = periods.read_period(wish.first)
    return read if read and read.kind is kind else None


def _placed(taxpayer: Taxpayer, choice: Choice, first: Period, day: date) -> Choice:
    """The choice among the taxpayer's registrations of the form: never two over the same days."""
    if far := _too_far(choice.form_code, first, day):
        return replace(choice, findings=(far,))
    same = taxpayer.form_registrations.filter(form_code=choice.form_code)
    held = [item for item in same if item.last_end is None or item.last_end >= first.start]
    if not held:
        return choice
    after = min(held, key=lambda item: item.first_start)
    if after.first_start <= first.end:
        return replace(choice, findings=(_already(after),))
    return replace(choice, last=_before(first, after))


def _before(first: Period, after: FormRegistration) -> Period:
    """The last period of the first one's kind that ends before a registration begins."""
    if first.kind is PeriodKind.OCCURRENCE:
        return Period.around(first.kind, after.first_start - timedelta(days=1))
    last = first
    while last.next().end < after.first_start:
        last = last.next()
    return last


def _too_far(form_code: str, first: Period, day: date) -> Finding | None:
    if first.start < periods.earliest(day):
        limit = f"{periods.earliest(day):%d/%m/%Y}"
        return finding("FORM-FIRST-TOO-EARLY", form=form_code, period=period_text(first), day=limit)
    if first.start > periods.latest(day):
        limit = f"{periods.latest(day):%d/%m/%Y}"
        return finding("FORM-FIRST-TOO-LATE", form=form_code, period=period_text(first), day=limit)
    return None


def _already(held: FormRegistration) -> Finding:
    return finding("FORM-ALREADY-REGISTERED", form=held.form_code, first=period_text(held.first_period))


def _named(kinds: tuple[PeriodKind, ...]) -> Text:
    return Text(", ".join(KINDS[kind].vi for kind in kinds), ", ".join(KINDS[kind].en for kind in kinds))
