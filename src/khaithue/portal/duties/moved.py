"""The returns whose due dates an outage moves, and who owes them: asked by form, not by taxpayer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from khaithue.obligations.calendar import Duty, Obligation
from khaithue.obligations.due import form_codes
from khaithue.obligations.outage import moved
from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.due_date import days_down, down_of
from khaithue.portal.duties.models import Outage
from khaithue.portal.duties.obligations import LONGEST_OUTAGE
from khaithue.portal.duties.plan import BEFORE_DUE, REGULAR, data, regular_kinds, scheduled
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.registration.models import FormRegistration
from khaithue.returns.catalogue import find_for


@dataclass(frozen=True)
class MovedReturn:
    """One return an outage moves: its day by the law, and the last day to file as it is now."""

    form_code: str
    title: str
    period: Period
    by_law: date
    due: date


def owing(outage: Outage, today: date) -> dict[int, list[MovedReturn]]:
    """The returns moved by an outage and not filed yet, by the key of each taxpayer that owes them.

    Whether or not the outage stands by now: ``due`` is the day as things stand. One query a return, however
    many taxpayers there are.
    """
    found: dict[int, list[MovedReturn]] = {}
    downs = days_down(today)
    for kind, item, title in _moved(outage, today):
        now = moved(item.due.due, downs)
        each = MovedReturn(item.form_code, title, item.period, item.due.due, now.due if now else item.due.due)
        for taxpayer in _owers(item, kind):
            found.setdefault(taxpayer, []).append(each)
    return found


def _moved(outage: Outage, today: date) -> Iterator[tuple[PeriodKind, Obligation, str]]:
    """The returns of every form and kind of period that this outage moves, with the form's title."""
    down = down_of(outage, today)
    downs = {down, *days_down(today)}
    for code, kind in sorted(_kinds_filed(down.first)):
        duty = Duty(code, kind, Period.around(kind, down.first - BEFORE_DUE))
        for item in scheduled(duty, down.first - LONGEST_OUTAGE, down.last):
            move = moved(item.due.due, tuple(downs))
            form = find_for(code, item.period, today)
            if form and move and down in move.downs:
                yield kind, item, form.title


def _kinds_filed(day: date) -> set[tuple[str, PeriodKind]]:
    """What is registered to be filed, and what those file who have registered nothing."""
    rows = FormRegistration.objects.order_by().values_list("form_code", "period_kind").distinct()
    registered = {(code, PeriodKind(kind)) for code, kind in rows if code in form_codes()}
    usual = {(code, kinds[0]) for code in _usual_forms() if (kinds := regular_kinds(code, day))}
    return {(code, kind) for code, kind in registered | usual if kind in REGULAR}


def _usual_forms() -> list[str]:
    forms: list[str] = data()["organisation"]["forms"]
    return forms


def _owers(item: Obligation, kind: PeriodKind) -> QuerySet[Taxpayer, int]:
    """The keys of the active taxpayers that owe a return and have not filed it."""
    same = {"taxpayer": OuterRef("pk"), "form_code": item.form_code, "period": str(item.period)}
    registered = FormRegistration.objects.filter(
        Q(taxpayer=OuterRef("pk"), form_code=item.form_code, period_kind=kind),
        Q(first_start__lte=item.period.end),
        Q(last_end__isnull=True) | Q(last_end__gte=item.period.start),
    )
    owes: Q = Q(Exists(registered))
    if item.form_code in _usual_forms() and kind == regular_kinds(item.form_code, item.period.start)[0]:
        nothing_yet = ~Exists(FormRegistration.objects.filter(taxpayer=OuterRef("pk")))
        owes |= Q(nothing_yet, kind=Taxpayer.Kind.ORGANISATION)
    found = Taxpayer.objects.filter(
        owes,
        ~Exists(Filing.objects.standing().filter(**same, kind="C")),
        ~Exists(PaperReturn.objects.filter(**same)),
        service=Taxpayer.Service.ACTIVE,
        is_sandbox=False,
    )
    return found.order_by("pk").values_list("pk", flat=True)
