"""The forms an organisation files as a rule, as wishes to register: for who comes with nothing registered."""

from datetime import date

from khaithue import law
from khaithue.obligations.period import Period
from khaithue.portal.registration.choosing import Wish
from khaithue.portal.registration.periods import kinds_of


def usual_wishes(since: date, day: date) -> list[Wish]:
    """The usual forms on a day, each for its most frequent period, from the one that holds ``since``.

    Which forms: ``organisation`` of ``law/procedures/duties.toml``.
    """
    usual: list[str] = law.document("procedures/duties.toml")["organisation"]["forms"]
    return [_wish(form_code, since, day) for form_code in usual]


def _wish(form_code: str, since: date, day: date) -> Wish:
    kind = kinds_of(form_code, day)[0]
    return Wish(form_code, kind.value, str(Period.around(kind, since)))
