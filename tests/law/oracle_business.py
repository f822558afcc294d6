"""A second calculator: what business people, sellers of real estate and foreign contractors owe by law.

Written from the law's articles and not from the form files; amounts in đồng, shares in ten-thousandths.
"""

from dataclasses import dataclass
from datetime import date

BILLION = 1_000_000_000
TRADES = {"goods": (100, 50), "services": (500, 200), "production": (300, 150), "other": (200, 100)}
"""VAT and PIT of the revenue of a trade (Phụ lục I Thông tư 40/2021/TT-BTC; Điều 7 Luật 109/2025/QH15)."""
NO_TAX_FROM_2026 = BILLION
"""The year's revenue that owes nothing (khoản 1 Điều 1 Nghị định 141/2026/NĐ-CP)."""


def half_up(ten_thousandths: int) -> int:
    """Whole đồng of an amount in ten-thousandths, half away from zero."""
    whole, rest = divmod(abs(ten_thousandths), 10_000)
    rounded = whole + (rest >= 5_000)
    return rounded if ten_thousandths >= 0 else -rounded


@dataclass(frozen=True)
class Settled:
    """A household's year on profit: the share of profit (percent), the tax, and what is left or too much."""

    percent: int
    tax: int
    remaining: int
    overpaid: int


def household_year(revenue: int, cost: int, withheld: int) -> Settled:
    """PIT on profit: none to 1 billion of revenue, 15 % to 3, 17 % to 50, 20 % above (Điều 7 Luật 109)."""
    steps = ((NO_TAX_FROM_2026, 0), (3 * BILLION, 15), (50 * BILLION, 17))
    percent = next((share for top, share in steps if revenue <= top), 20)
    tax = half_up(max(0, revenue - cost) * percent * 100)
    return Settled(percent, tax, max(0, tax - withheld), max(0, withheld - tax))


def household_line(trade: str, revenue: int, deducted: int, *, cut: bool) -> tuple[int, int]:
    """VAT on the whole revenue, a fifth less where it is cut, and PIT on what is above the deduction."""
    vat, pit = TRADES[trade]
    return half_up(revenue * (vat * 4 // 5 if cut else vat)), half_up((revenue - deducted) * pit)


def letting(revenue: int, deducted: int, fines: int, *, below: bool) -> tuple[int, int]:
    """VAT and PIT of letting real estate, 5 % each; compensation bears PIT whatever the year's revenue."""
    on_fines = half_up(fines * 500)
    if below:
        return 0, on_fines
    return half_up(revenue * 500), half_up(max(0, revenue - deducted) * 500) + on_fines


def agent(paid: int) -> int:
    """5 % of what an agent is paid once the year is above the free revenue (Điều 8 TT40/2021; Luật 109)."""
    return half_up(paid * 500)


def real_estate_sold(price: int, exempt: int) -> int:
    """2 % of the price, once it is known what is exempt (Điều 14 Luật 04/2007, as of 2015)."""
    return half_up((price - exempt) * 200)


def real_estate_given(value: int, exempt: int, day: date) -> int:
    """10 % of what is above 10 million đồng, 20 from 1/7/2026 (Điều 16, 18 Luật 04/2007; Luật 109)."""
    free = 20_000_000 if day >= date(2026, 7, 1) else 10_000_000
    return half_up(max(0, value - exempt - free) * 1_000)


def capital_sold(price: int, cost: int, expenses: int) -> int:
    """20 % of the gain, nothing on a loss (Điều 13 Luật 04/2007)."""
    return half_up(max(0, price - cost - expenses) * 2_000)


def securities_sold(price: int) -> int:
    """0.1 % of the price of each sale (Điều 13 Luật 04/2007, as of 2015)."""
    return half_up(price * 10)


@dataclass(frozen=True)
class Contract:
    """What a foreign contractor is paid net of Vietnamese taxes; shares of VAT and CIT in hundredths."""

    net: int
    vat: int
    income: int


def grossed_up(contract: Contract) -> tuple[int, int]:
    """The two bases of a contract whose price is net (Điều 12, 13 Thông tư 103/2014/TT-BTC).

    CIT base = net / (1 − CIT share); VAT base = CIT base / (1 − VAT share), each to the nearest đồng.
    """
    cit_base = _quotient(contract.net * 100, 100 - contract.income)
    return _quotient(cit_base * 100, 100 - contract.vat), cit_base


def _quotient(amount: int, by: int) -> int:
    return (2 * amount + by) // (2 * by)
