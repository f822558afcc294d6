"""The forms a taxpayer files again and again: those it has registered, or a usual list until it has."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Max

from khaithue import law
from khaithue.obligations.calendar import Duty, Obligation, obligations_of
from khaithue.obligations.due import ObligationError, form_codes, period_kinds
from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.drafts.models import Draft
from khaithue.portal.filing.models import Filing
from khaithue.portal.registration.models import FormRegistration

REGULAR = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR)

BEFORE_DUE = timedelta(days=460)
"""How long before its due day a period may begin: a year, and the time to finalise it."""


@dataclass(frozen=True)
class Plan:
    """The returns a taxpayer files from ``since`` to ``until`` by the law's days.

    ``registered`` is whether the taxpayer has said so itself.
    """

    items: tuple[Obligation, ...]
    registered: bool


def data() -> dict[str, Any]:
    """The data of ``law/procedures/duties.toml``."""
    return law.document("procedures/duties.toml")


def plans(taxpayers: Iterable[Taxpayer], since: date, until: date) -> dict[int, Plan]:
    """What each taxpayer has to file by the law, due from ``since`` to ``until``, by due day and form.

    By the keys of the taxpayers, with as many queries as for one.
    """
    keys = [taxpayer.pk for taxpayer in taxpayers]
    rows: dict[int, list[FormRegistration]] = {}
    for row in FormRegistration.objects.filter(taxpayer__in=keys):
        rows.setdefault(row.taxpayer_id, []).append(row)
    habits = _habits([key for key in keys if key not in rows])
    return {
        key: _registered(rows[key], since, until) if key in rows else _expected(habits[key], since, until)
        for key in keys
    }


def _registered(rows: list[FormRegistration], since: date, until: date) -> Plan:
    found = {
        (item.form_code, item.period): item for row in rows for item in _of_registration(row, since, until)
    }
    items = sorted(found.values(), key=lambda item: (item.due.due, item.form_code, item.period.start))
    return Plan(tuple(items), registered=True)


def _expected(habits: Mapping[str, PeriodKind], since: date, until: date) -> Plan:
    return Plan(tuple(obligations_of(_usual(habits, since), since, until)), registered=False)


def _of_registration(row: FormRegistration, since: date, until: date) -> Iterator[Obligation]:
    kind = PeriodKind(row.period_kind)
    if kind not in REGULAR or row.form_code not in form_codes():
        return
    first = max(row.first_start, since - BEFORE_DUE)
    last = row.last_end or date.max
    duty = Duty(row.form_code, kind, Period.around(kind, first))
    yield from (item for item in scheduled(duty, since, until) if item.period.start <= last)


@lru_cache(maxsize=1_000)
def scheduled(duty: Duty, since: date, until: date) -> tuple[Obligation, ...]:
    """The returns of a duty due in that time by the law; none of a form the law has no due dates for.

    They are remembered: most taxpayers share their duties with many.
    """
    try:
        return tuple(obligations_of([duty], since, until))
    except ObligationError:
        return ()


def _usual(habits: Mapping[str, PeriodKind], since: date) -> Iterator[Duty]:
    """One duty for each usual form and each filed before: by the kind of period last used, else its law's."""
    usual: list[str] = data()["organisation"]["forms"]
    for code in sorted({*usual, *habits} & set(form_codes())):
        if kinds := regular_kinds(code, since):
            habit = habits.get(code)
            kind = habit if habit in kinds else kinds[0]
            yield Duty(code, kind, Period.around(kind, since - BEFORE_DUE))


def _habits(keys: list[int]) -> dict[int, dict[str, PeriodKind]]:
    """The kind of period each form was last filed or begun for, by the keys of the taxpayers."""
    found: dict[int, dict[str, PeriodKind]] = {key: {} for key in keys}
    if not keys:
        return found
    begun = Draft.objects.filter(taxpayer__in=keys).order_by("updated_at")
    for key, code, period in begun.values_list("taxpayer", "form_code", "period"):
        found[key][code] = Period.parse(period).kind
    # the newest day of each form comes from an index alone, so years of filings cost nothing
    filed = Filing.objects.filter(taxpayer__in=keys).order_by()
    days = filed.values_list("taxpayer", "form_code").annotate(newest=Max("period_start"))
    newest = {(key, code): day for key, code, day in days}
    rows = filed.filter(form_code__in={code for _, code in newest}, period_start__in=set(newest.values()))
    for key, code, day, kind in rows.values_list("taxpayer", "form_code", "period_start", "period_kind"):
        if newest[key, code] == day:
            found[key][code] = PeriodKind(kind)
    return found


def regular_kinds(code: str, day: date) -> list[PeriodKind]:
    """The kinds of periods a form is filed for again and again, the law's usual one first."""
    try:
        return [kind for kind in period_kinds(code, day) if kind in REGULAR]
    except ObligationError:
        return []
