"""What the page of registered forms shows: the forms there are, and what becomes of those chosen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from khaithue.obligations.due import ObligationError
from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.due_date import due_date
from khaithue.portal.registration.choosing import KINDS, Choice, Wish
from khaithue.portal.registration.models import FormRegistration
from khaithue.portal.registration.periods import kinds_of, nearest_period, title_of
from khaithue.portal.web.shown import period_words, say
from khaithue.returns.catalogue import offered


@dataclass(frozen=True)
class Offer:
    """A form that may be chosen: its kinds of period, each with the first period meant when none is typed."""

    code: str
    title: str
    kinds: tuple[tuple[str, str, Period], ...]
    chosen: bool = False
    kind: str = ""
    first: str = ""


@dataclass(frozen=True)
class Row:
    """A registration as the list shows it."""

    held: FormRegistration
    title: str
    kind: str
    state: str
    """``good`` while it holds, ``soon`` before its first period, ``wait`` once it is over."""


def offers(taxpayer: Taxpayer, day: date, typed: QueryDict | None = None) -> list[Offer]:
    """The forms not yet registered for good, with what was typed beside them, those ticked first."""
    open_ = set(taxpayer.form_registrations.filter(last_end=None).values_list("form_code", flat=True))
    codes = (head.code for head in offered(day) if head.frame == "return" and head.code not in open_)
    found = [_offer(code, day, typed or QueryDict()) for code in codes]
    return sorted((item for item in found if item.kinds), key=lambda item: (not item.chosen, item.code))


def _offer(code: str, day: date, typed: QueryDict) -> Offer:
    kinds = tuple(
        (kind.value, say(KINDS[kind]), nearest_period(code, kind, day)) for kind in kinds_of(code, day)
    )
    return Offer(
        code,
        title_of(code),
        kinds,
        chosen=code in typed.getlist("form"),
        kind=typed.get(f"kind {code}", ""),
        first=typed.get(f"first {code}", "")[:24],
    )


def wishes(typed: QueryDict) -> list[Wish]:
    """The forms ticked, each with the kind and first period typed beside it."""
    codes = [code[:40] for code in typed.getlist("form")[:200]]
    return [Wish(code, typed.get(f"kind {code}", ""), typed.get(f"first {code}", "")[:24]) for code in codes]


def rows(registrations: Iterable[FormRegistration], day: date) -> list[Row]:
    """Registrations as the list shows them, those that hold first."""
    found = [_row(held, day) for held in registrations]
    return sorted(found, key=lambda row: ("good", "soon", "wait").index(row.state))


def _row(held: FormRegistration, day: date) -> Row:
    state = "good"
    if held.last_end and held.last_end < day:
        state = "wait"
    elif held.first_start > day:
        state = "soon"
    return Row(held, title_of(held.form_code), say(KINDS[PeriodKind(held.period_kind)]), state)


def reviewed(choices: list[Choice]) -> Iterator[dict[str, object]]:
    """Each choice as the review shows it: its periods in words and the first day to file by."""
    for choice in choices:
        if choice.first and choice.kind:
            yield {
                "code": choice.form_code,
                "title": choice.title,
                "kind": choice.kind.value,
                "kind_words": say(KINDS[choice.kind]),
                "first": str(choice.first),
                "first_words": period_words(choice.first),
                "last_words": period_words(choice.last) if choice.last else "",
                "due": _due(choice.form_code, choice.first),
            }


def _due(form_code: str, first: Period) -> date | None:
    try:
        return due_date(form_code, first).due
    except ObligationError:
        return None
