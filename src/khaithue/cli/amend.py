"""``khaithue amend``: the supplement that turns the return that was filed into the corrected one."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from khaithue.cli.answer import Answer, plain, refused
from khaithue.cli.disk import output_file, write_whole
from khaithue.cli.figures import BOX, LABEL, show_return
from khaithue.cli.inputs import date_of
from khaithue.cli.program import argument, command, option
from khaithue.cli.returns import WRITTEN, encoded, open_return
from khaithue.cli.voice import say
from khaithue.printing.amounts import printed
from khaithue.returns.findings import Finding, Text, finding, has_errors
from khaithue.returns.form import Kind

if TYPE_CHECKING:
    from khaithue.cli.screen import Screen
    from khaithue.obligations.interest import Interest, Payment
    from khaithue.returns.differences import Difference
    from khaithue.returns.supplement import Supplement
    from khaithue.returns.tax_changes import TaxChange

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
LAW = Text("Căn cứ", "Law")


@command(
    argument(
        "standing",
        "Tờ khai đã nộp: lần đầu hoặc bổ sung gần nhất, .xml hoặc .json.",
        "The return that was filed: the first or the last supplement, .xml or .json.",
        metavar="OLD",
    ),
    argument(
        "corrected",
        "Tờ khai với số liệu đúng, đủ mọi chỉ tiêu, .xml hoặc .json.",
        "The whole return with the right figures, .xml or .json.",
        metavar="NEW",
    ),
    option(
        "--number",
        "Bổ sung lần thứ mấy.",
        "Which supplement of the return this is, from 1.",
        type=click.IntRange(1, 999),
        required=True,
    ),
    option(
        "--on",
        "Ngày nộp tờ khai bổ sung, coi như ngày nộp tiền.",
        "The day of filing, taken as the day the tax is paid.",
        metavar="DATE",
        required=True,
    ),
    option(
        "--paid",
        "Số thuế tăng thêm đã nộp trước: NGÀY=SỐ TIỀN; dùng được nhiều lần.",
        "Part of the added tax paid in before: DATE=AMOUNT; may be repeated.",
        metavar="DATE=AMOUNT",
        multiple=True,
    ),
    option(
        "--due",
        "Hạn nộp thuế khi được gia hạn.",
        "The day the tax was due, when it was put off.",
        metavar="DATE",
    ),
    option(
        "--reason",
        "Lý do điều chỉnh, ghi cho các chỉ tiêu chưa có.",
        "The reason, written beside each changed box that has none.",
        default="",
    ),
    option(
        "--transaction",
        "Mã giao dịch điện tử của tờ khai đã nộp.",
        "The transaction code of the return that was filed.",
        default="",
    ),
    option(
        "-o --output",
        "Tệp tờ khai bổ sung cần ghi; đuôi .xml hay .json cho biết định dạng.",
        "The file of the supplement to write; its ending .xml or .json tells the format.",
        metavar="OUT",
    ),
    option("--force", "Ghi đè OUT nếu đã có.", "Overwrite OUT if it exists.", is_flag=True),
    text=Text(
        "Lập tờ khai bổ sung (01/KHBS, 01-1/KHBS) từ tờ khai đã nộp và số liệu đúng.",
        "Make a supplementary return (01/KHBS, 01-1/KHBS) of a filed return and the right figures.",
    ),
    answers=(
        "`form`, `period`, `number`, `differences` (each `box`, `row`, `label`, `declared`, `corrected`, "
        "`change`), `taxes` (each `section`: payable, credit or refund, `title`, `subhead`, `declared`, "
        "`corrected`, `change`), `due`, `interest` (null, or `days`, `amount`, `laws`), `written`."
    ),
)
def amend(
    standing: str,
    corrected: str,
    number: int,
    on: str,
    paid: tuple[str, ...],
    due: str | None,
    reason: str,
    transaction: str,
    output: str | None,
    force: bool,
) -> Answer:
    """Make a supplement; nothing is written when the two files are no return and its correction."""
    from khaithue.returns.supplement import supplement
    from khaithue.returns.tax_changes import Occasion

    occasion = Occasion(
        number,
        date_of(on),
        tuple(_payment(text) for text in paid),
        date_of(due) if due else None,
        reason,
        transaction,
    )
    place = output_file(output, [standing, corrected], force=force) if output else None
    old, new = open_return(standing), open_return(corrected)
    made = supplement(old.ret, new.ret, occasion)
    findings = (*old.findings, *new.findings, *made.findings)
    if place and not has_errors(made.findings):
        write_whole(place, encoded(made.ret, place))
        findings += _dropped(output or "", signed=old.signed or new.signed)
    else:
        place = None
    body = {**_json(made, number), "written": str(place) if place else None}

    def show(screen: "Screen") -> None:
        _show(made, number, screen)
        if place:
            screen.note(say(WRITTEN).format(path=output))

    return Answer(body, findings, show)


def _dropped(path: str, *, signed: bool) -> tuple[Finding, ...]:
    return (finding("CLI-SIGNATURE-DROPPED", path=path),) if signed else ()


def _payment(text: str) -> "Payment":
    from khaithue.obligations.interest import Payment

    day, _, amount = text.partition("=")
    if not amount.isascii() or not amount.isdecimal() or len(amount) > 18:
        raise refused("CLI-PAID", paid=text)
    return Payment(date_of(day), int(amount))


def _json(made: "Supplement", number: int) -> dict[str, Any]:
    form = made.ret.form
    return {
        "form": {"code": form.code, "basis": form.basis, "version": form.version},
        "period": str(made.ret.period),
        "number": number,
        "differences": [_difference_json(each) for each in made.differences],
        "taxes": [_tax_json(tax) for tax in made.taxes],
        "due": plain(made.due),
        "interest": _interest_json(made.interest),
    }


def _difference_json(each: "Difference") -> dict[str, Any]:
    return {
        "box": each.cell,
        "row": each.row,
        "label": each.field.label,
        "declared": plain(each.declared),
        "corrected": plain(each.corrected),
        "change": plain(each.amount),
    }


def _tax_json(tax: "TaxChange") -> dict[str, Any]:
    return {
        "section": tax.section,
        "title": tax.line.title,
        "subhead": tax.subhead,
        "declared": tax.declared,
        "corrected": tax.corrected,
        "change": tax.change,
    }


def _interest_json(owed: "Interest | None") -> dict[str, Any] | None:
    return {"days": owed.days, "amount": owed.amount, "laws": list(owed.laws)} if owed else None


def _show(made: "Supplement", number: int, screen: "Screen") -> None:
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


def _show_differences(changed: "tuple[Difference, ...]", screen: "Screen") -> None:
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


def _amounts(tax: "TaxChange") -> tuple[str, str, str]:
    return (
        printed(Kind.MONEY, tax.declared),
        printed(Kind.MONEY, tax.corrected),
        _signed(Kind.MONEY, tax.change),
    )


def _signed(kind: Kind, amount: Any) -> str:
    """An amount with its sign, as 01/KHBS asks: + for more, - for less."""
    return f"{'+' if amount > 0 else '-'}{printed(kind, abs(amount))}"


def _interest_facts(owed: "Interest", due: date | None) -> list[tuple[str, str]]:
    return [
        (say(DUE), due.isoformat() if due else ""),
        (say(DAYS), str(owed.days)),
        (say(INTEREST), printed(Kind.MONEY, owed.amount)),
        (say(LAW), "; ".join(owed.laws)),
    ]
