"""What a late return costs: the fine's frame, and interest on the tax when the tax is known."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from khaithue.law.dated import NoValue
from khaithue.obligations.interest import Interest, interest
from khaithue.obligations.late import (
    Case,
    Fine,
    NoFineLawError,
    days_past,
    individual_penalty,
    penalty,
)
from khaithue.returns.form import TaxLine
from khaithue.returns.model import Return
from khaithue.returns.taxid import compact


@dataclass(frozen=True)
class LateCost:
    """The cost of a return so many ``days`` late, if it is filed and its ``tax`` paid on the day asked for.

    ``tax`` is ``None`` when no figures are known; then there is no ``interest``. ``daily`` is the interest of
    one day more. ``fine`` is ``None`` when no law on fines is stored for the day; it is an organisation's
    unless the taxpayer is known to be a ``person``. ``own_fine`` is that of an individual or household
    business beside it, where it may be one and the law sets it another.
    """

    days: int
    fine: Fine | None
    tax: int | None
    interest: Interest | None
    daily: int
    person: bool = False
    own_fine: Fine | None = None


def is_person(mst: str) -> bool:
    """Whether a tax code is the number of a person: twelve digits, Điều 5 Thông tư 86/2024/TT-BTC."""
    return len(compact(mst)) == 12


def cost_of_late(due: date, day: date, tax: int | None, *, person: bool = False) -> LateCost | None:
    """The cost of filing and paying on a day; ``None`` when that is in time.

    ``person`` is whether the taxpayer is known to be an individual or household business.
    """
    days = days_past(due, day)
    if not days:
        return None
    owed = _interest(tax, due, day) if tax else None
    daily = _interest(tax, due, day + timedelta(days=1)) if tax else None
    fine, own = _fines(days, day, tax or 0)
    of_last = _of_last_day(daily) if daily else 0
    if person:
        return LateCost(days, own or fine, tax, owed, of_last, person=True)
    return LateCost(days, fine, tax, owed, of_last, own_fine=own)


def tax_of(ret: Return) -> int | None:
    """The tax payable on a return, in đồng; ``None`` for a form that is not known to have one."""
    if ret.form.supplement is None:
        return None
    return max(0, sum(_sum(ret, line) for line in ret.form.supplement.payable))


def _sum(ret: Return, line: TaxLine) -> int:
    return sum(_figure(ret, box) for box in line.boxes) - sum(_figure(ret, box) for box in line.less)


def _figure(ret: Return, box: str) -> int:
    value = ret.values.get(box)
    return value if type(value) is int else 0


def _fines(days: int, day: date, tax: int) -> tuple[Fine | None, Fine | None]:
    """An organisation's fine, and that of an individual where it differs."""
    try:
        return penalty(days, day, Case(tax)), individual_penalty(days, day, Case(tax))
    except NoFineLawError:
        return None, None


def _interest(tax: int, due: date, paid_on: date) -> Interest | None:
    try:
        return interest(tax, due, paid_on)
    except NoValue:
        return None


def _of_last_day(owed: Interest) -> int:
    last = owed.stretches[-1]
    return floor(last.unpaid * last.rate.value + Fraction(1, 2))
