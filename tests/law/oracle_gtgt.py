"""A second calculator of 01/GTGT, written from the law and not from the form file.

Luật Thuế giá trị gia tăng: tax payable is output tax less deductible input tax; what is not deducted is
carried to the next period (Điều 14 Luật 48/2024/QH15). A missing amount is nothing bought or sold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Vat:
    """What the period comes to, in đồng."""

    taxable_sales: int
    output_tax: int
    all_sales: int
    tax_of_period: int
    payable_by_business: int
    payable: int
    not_deducted: int
    carried_forward: int


def vat(boxes: Mapping[str, int | None]) -> Vat:
    """The VAT of a period from the typed boxes of the return."""

    def amount(code: str) -> int:
        return boxes.get(code) or 0

    sales_by_rate = amount("29"), amount("30"), amount("32"), amount("32a")
    output = amount("31") + amount("33")
    of_period = output - amount("25")
    credit = amount("22") - amount("37") + amount("38") + amount("39a")
    balance = of_period - credit
    if balance >= 0:
        payable, left = balance, 0
    else:
        payable, left = 0, -balance
    return Vat(
        taxable_sales=sum(sales_by_rate),
        output_tax=output,
        all_sales=sum(sales_by_rate) + amount("26"),
        tax_of_period=of_period,
        payable_by_business=payable,
        payable=payable - amount("40b"),
        not_deducted=left,
        carried_forward=left - amount("42"),
    )


def tax_cut(value: int, statutory: int, reduced: int) -> int:
    """The tax a sale is spared by the reduction, to the nearest đồng, half a đồng away from zero."""
    cut = Fraction(value * (statutory - reduced), 100)
    whole, rest = divmod(abs(cut), 1)
    rounded = int(whole) + (1 if rest >= Fraction(1, 2) else 0)
    return rounded if cut >= 0 else -rounded
