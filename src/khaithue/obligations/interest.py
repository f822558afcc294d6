"""Late-payment interest (tiền chậm nộp): the unpaid tax, each day it is late, at the rate of that day.

The first day counted is the day after the due day, the last the day before the money reaches the budget
(điểm b khoản 2 Điều 59 Luật 38/2019/QH14; khoản 1 Điều 26 Nghị định 252/2026/NĐ-CP). No law says how to
round: the sum is rounded half up to whole đồng, once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Final

from khaithue.law.dated import NoValue, RateEntry, all_rates, rate_entry

_RATE: Final = "late_payment"
_LONG_RATE: Final = "late_payment_after_90_days"
_LONG_LATE: Final = 90
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Payment:
    """Tax paid in: ``amount`` đồng reached the budget on ``day``."""

    day: date
    amount: int


@dataclass(frozen=True)
class Stretch:
    """Days in a row with one unpaid amount and one rate, both ends counted; ``amount`` is exact."""

    since: date
    until: date
    unpaid: int
    rate: RateEntry

    @property
    def days(self) -> int:
        """How many days the stretch has."""
        return (self.until - self.since).days + 1

    @property
    def amount(self) -> Fraction:
        """The interest of the stretch, not rounded."""
        return self.unpaid * self.rate.value * self.days


@dataclass(frozen=True)
class Interest:
    """Interest on one debt: ``days`` late in all, ``amount`` whole đồng, and how it adds up."""

    days: int
    amount: int
    stretches: tuple[Stretch, ...]

    @property
    def laws(self) -> tuple[str, ...]:
        """The articles the rates come from, each once, in the order of the days."""
        return tuple(dict.fromkeys(stretch.rate.law for stretch in self.stretches))


def days_late(due: date, paid_on: date) -> int:
    """The days counted for interest: from the day after ``due`` to the day before ``paid_on``.

    >>> days_late(date(2026, 8, 20), date(2026, 8, 31))
    10
    """
    return max(0, (paid_on - due).days - 1)


def interest(tax: int, due: date, paid_on: date, payments: Sequence[Payment] = ()) -> Interest:
    """Interest on ``tax`` đồng due on a day and paid in full on another; ``payments`` came in before.

    What was paid by the due day lowers the debt from the start. Raises ``NoValue`` for days before the first
    rate stored.

    >>> interest(10_000_000, date(2026, 8, 20), date(2026, 8, 31)).amount
    30000
    """
    stretches = tuple(_stretches(tax, due, paid_on, payments))
    exact = sum((stretch.amount for stretch in stretches), Fraction(0))
    return Interest(sum(each.days for each in stretches), floor(exact + Fraction(1, 2)), stretches)


def _stretches(tax: int, due: date, paid_on: date, payments: Sequence[Payment]) -> Iterator[Stretch]:
    for since, end in pairwise(_cuts(due, paid_on, payments)):
        unpaid = tax - sum(payment.amount for payment in payments if payment.day <= since)
        if unpaid > 0:
            yield Stretch(since, end - _DAY, unpaid, _rate(since, due))


def _cuts(due: date, paid_on: date, payments: Sequence[Payment]) -> list[date]:
    """The first late day, the day of payment, and between them every day on which rate or debt may change."""
    first = due + _DAY
    if paid_on <= first:
        return []
    changes = {entry.valid_from for name in (_RATE, _LONG_RATE) for entry in all_rates(name)}
    changes |= {payment.day for payment in payments} | {due + (_LONG_LATE + 1) * _DAY}
    return sorted({first, paid_on, *(day for day in changes if first < day < paid_on)})


def _rate(day: date, due: date) -> RateEntry:
    if (day - due).days > _LONG_LATE:
        try:
            return rate_entry(_LONG_RATE, day)
        except NoValue:
            pass
    return rate_entry(_RATE, day)
