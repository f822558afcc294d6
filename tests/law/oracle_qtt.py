"""A second calculator of the yearly PIT finalisation, written from the law and not from the form file.

Brackets by month times twelve, summed step by step (Điều 22 Luật 04/2007/QH12 to 2025; Điều 9 Luật
109/2025/QH15 from 2026); taxable income is income less exempt income less all deductions, never below zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass

MILLION = 1_000_000
BEFORE_2026 = ((5, 5), (10, 10), (18, 15), (32, 20), (52, 25), (80, 30), (None, 35))
FROM_2026 = ((10, 5), (30, 10), (60, 20), (100, 30), (None, 35))
"""Tops in million đồng a month, and percent."""
EXEMPT_REMAINDER = 50_000


@dataclass(frozen=True)
class Person:
    """A resident taxed by the progressive table; amounts of the year in đồng."""

    authorises: bool
    income: int
    exempt: int
    deductions: int
    withheld: int


@dataclass(frozen=True)
class Outcome:
    """What a person's year comes to; nothing is settled for one who did not authorise."""

    taxable: int
    due: int
    overpaid: int
    remaining: int
    is_exempt: bool


def yearly_tax(taxable: int, year: int) -> int:
    """The tax of the year on a taxable income, to the nearest đồng."""
    hundredths, floor = 0, 0
    for top, percent in BEFORE_2026 if year < 2026 else FROM_2026:
        ceiling = taxable if top is None else min(taxable, top * MILLION * 12)
        hundredths += max(0, ceiling - floor) * percent
        floor = max(floor, ceiling)
    return (hundredths + 50) // 100


def settle(person: Person, year: int) -> Outcome:
    """The finalisation of one person."""
    taxable = max(0, person.income - person.exempt - person.deductions)
    if not person.authorises:
        return Outcome(taxable, 0, 0, 0, is_exempt=False)
    due = yearly_tax(taxable, year)
    remaining = max(0, due - person.withheld)
    return Outcome(
        taxable, due, max(0, person.withheld - due), remaining, is_exempt=0 < remaining <= EXEMPT_REMAINDER
    )


def organisation(people: Iterable[Person], year: int) -> tuple[int, int]:
    """What the payer owes and what is overpaid for those who authorised, one set off by the other."""
    balance = 0
    for person in people:
        outcome = settle(person, year)
        balance += (0 if outcome.is_exempt else outcome.remaining) - outcome.overpaid
    return max(0, balance), max(0, -balance)
