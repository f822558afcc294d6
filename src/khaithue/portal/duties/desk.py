"""How many taxpayers stand at once, for who works for them all: what is next, late, refused, begun."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from khaithue.portal.accounts.access import Access, Right
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.drafts.models import Draft
from khaithue.portal.duties.obligations import Obligation, State, around_by_taxpayer
from khaithue.portal.filing.models import Filing


@dataclass(frozen=True)
class Standing:
    """How one taxpayer stands, as far as the access reaches.

    ``next`` is the return due first of those to be filed, ``late`` and ``waiting`` count those past their due
    date and those to be filed by it. ``refused`` counts filings that nothing was filed anew for, ``drafts``
    those begun.
    """

    next: Obligation | None
    late: int
    waiting: int
    refused: int
    drafts: int

    @property
    def urgency(self) -> tuple[int, date]:
        """What is late or refused first, then by the next due date; who has nothing to file comes last."""
        day = self.next.due if self.next else date.max
        return (0 if self.late or self.refused else 1, day)


def standings(
    taxpayers: Sequence[Taxpayer], granted: Mapping[int, Access], today: date
) -> dict[int, Standing]:
    """How each taxpayer stands, by its key, for who has that access; so many queries for however many."""
    owed = around_by_taxpayer(taxpayers, today, costs=False)
    refused, drafts = _refused(taxpayers, granted), _begun(taxpayers, granted)
    return {
        each.pk: _standing(
            [item for item in owed[each.pk] if granted[each.pk].may(Right.LOOK_UP, item.form_code)],
            refused[each.pk],
            drafts[each.pk],
        )
        for each in taxpayers
    }


def _standing(owed: list[Obligation], refused: int, drafts: int) -> Standing:
    still = [each for each in owed if each.is_open]
    late = sum(each.state is State.LATE for each in still)
    waiting = sum(each.state is State.DUE for each in still)
    return Standing(still[0] if still else None, late, waiting, refused, drafts)


def _refused(taxpayers: Sequence[Taxpayer], granted: Mapping[int, Access]) -> Counter[int]:
    """Refused filings whose place nothing has taken since."""
    place = ("taxpayer", "form_code", "activity", "period", "kind", "supplement_no")
    standing = Filing.objects.standing().filter(**{name: OuterRef(name) for name in place})
    later = Filing.objects.filter(again=OuterRef("pk"))
    rows = Filing.objects.filter(taxpayer__in=taxpayers, state=Filing.State.REFUSED)
    open_ = rows.exclude(Exists(standing)).exclude(Exists(later)).order_by()
    return _counted(open_.values_list("taxpayer", "form_code"), granted)


def _begun(taxpayers: Sequence[Taxpayer], granted: Mapping[int, Access]) -> Counter[int]:
    rows = Draft.objects.filter(taxpayer__in=taxpayers).order_by()
    return _counted(rows.values_list("taxpayer", "form_code"), granted)


def _counted(rows: Iterable[tuple[int, str]], granted: Mapping[int, Access]) -> Counter[int]:
    return Counter(pk for pk, form_code in rows if granted[pk].may(Right.LOOK_UP, form_code))
