"""A supplement on the screen: what changed box by box, the taxes, the interest."""

from datetime import date
from typing import Any

from khaithue.cli.figures import BOX, LABEL, show_return
from khaithue.cli.screen import Screen
from khaithue.cli.voice import say
from khaithue.obligations.interest import Interest
from khaithue.printing.amounts import printed
from khaithue.returns.differences import Difference
from khaithue.returns.findings import Text
from khaithue.returns.form import Kind
from khaithue.returns.supplement import Supplement
from khaithue.returns.tax_changes import PaidBack, TaxChange

DECLARED = Text("Đã kê khai", "Declared")
CORRECTED = Text("Điều chỉnh", "Corrected")
CHANGE = Text("Chênh lệch", "Difference")
ROW = Text("Dòng", "Row")
TAX = Text("Thuế", "Tax")
SUBHEAD = Text("Tiểu mục", "Subhead")
SECTIONS = {
    "payable": Text("phải nộp", "payable"),
    "credit": Text("được khấu trừ", "deductible"),
    "refund": Text("đề nghị hoàn", "refund"),
}
NUMBER = Text("Bổ sung lần thứ", "Supplement number")
DUE = Text("Hạn nộp thuế", "Tax due on")
DAYS = Text("Số ngày chậm nộp", "Days late")
INTEREST = Text("Tiền chậm nộp", "Late-payment interest")
PAID_BACK = Text("Số tiền thu hồi hoàn", "Refund to pay back")
HELD = Text("Số ngày nhận được tiền hoàn thuế", "Days the refund was held")
LAW = Text("Căn cứ", "Law")


def show_supplement(made: Supplement, number: int, screen: Screen) -> None:
    """Every box that changed, then the taxes, then the interest."""
    show_return(made.ret, screen, (say(NUMBER), str(number)))
    if made.differences:
        _show_differences(made.differences, screen)
    if made.taxes:
        rows = [
            (f"{tax.line.title} ({say(SECTIONS[tax.section])})", tax.subhead, *_amounts(tax))
            for tax in made.taxes
        ]
        screen.table(
            [say(TAX), say(SUBHEAD), say(DECLARED), say(CORRECTED), say(CHANGE)], rows, right=[2, 3, 4]
        )
    if made.interest:
        screen.facts(_interest_facts(made.interest, made.due))
    if made.paid_back:
        screen.facts(_refund_facts(made.paid_back))


def _show_differences(changed: tuple[Difference, ...], screen: Screen) -> None:
    has_rows = any(each.row for each in changed)
    rows = [
        (
            each.cell if each.part else f"[{each.cell}]",
            *((each.row,) if has_rows else ()),
            each.field.label,
            printed(each.field.kind, each.declared),
            printed(each.field.kind, each.corrected),
            "" if each.amount is None else _signed(each.field.kind, each.amount),
        )
        for each in changed
    ]
    names = [
        say(BOX),
        *([say(ROW)] if has_rows else []),
        say(LABEL),
        say(DECLARED),
        say(CORRECTED),
        say(CHANGE),
    ]
    last = len(names) - 1
    screen.table(names, rows, right=[last - 2, last - 1, last])


def _amounts(tax: TaxChange) -> tuple[str, str, str]:
    return (
        printed(Kind.MONEY, tax.declared),
        printed(Kind.MONEY, tax.corrected),
        _signed(Kind.MONEY, tax.change),
    )


def _signed(kind: Kind, amount: Any) -> str:
    """An amount with its sign, as 01/KHBS asks: + for more, - for less."""
    return f"{'+' if amount > 0 else '-'}{printed(kind, abs(amount))}"


def _interest_facts(owed: Interest, due: date | None) -> list[tuple[str, str]]:
    return [
        (say(DUE), due.isoformat() if due else ""),
        (say(DAYS), str(owed.days)),
        (say(INTEREST), printed(Kind.MONEY, owed.amount)),
        (say(LAW), "; ".join(owed.laws)),
    ]


def _refund_facts(back: PaidBack) -> list[tuple[str, str]]:
    return [
        (say(PAID_BACK), printed(Kind.MONEY, back.amount)),
        (say(HELD), str(back.interest.days)),
        (say(INTEREST), printed(Kind.MONEY, back.interest.amount)),
        (say(LAW), "; ".join(back.interest.laws)),
    ]
