"""``khaithue amend``: the supplement that turns the return that was filed into the corrected one."""

from typing import TYPE_CHECKING, Any

import click

from khaithue.cli.answer import Answer, plain, refused
from khaithue.cli.disk import output_file, write_whole
from khaithue.cli.inputs import date_of
from khaithue.cli.program import argument, command, option
from khaithue.cli.returns import WRITTEN, encoded, open_return
from khaithue.cli.voice import say
from khaithue.returns.findings import Finding, Text, finding, has_errors

if TYPE_CHECKING:
    from khaithue.cli.screen import Screen
    from khaithue.obligations.interest import Interest, Payment
    from khaithue.returns.differences import Difference
    from khaithue.returns.supplement import Supplement
    from khaithue.returns.tax_changes import PaidBack, Refund, TaxChange


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
        "--refunded",
        "Ngày Kho bạc trả tiền hoàn của tờ khai đã nộp; ghi NGÀY=SỐ TIỀN khi không hoàn đủ số đề nghị.",
        "The day the Treasury refunded what OLD asked for; DATE=AMOUNT when it was not all.",
        metavar="DATE[=AMOUNT]",
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
        "`corrected`, `change`), `due`, `interest` (null, or `days`, `amount`, `laws`), `paid_back` (null, "
        "or the `amount` of a refund that goes back and its `interest`), `written`."
    ),
)
def amend(
    standing: str,
    corrected: str,
    number: int,
    on: str,
    paid: tuple[str, ...],
    due: str | None,
    refunded: str | None,
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
        refund=_refund(refunded) if refunded else None,
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
        from khaithue.cli.supplement_screen import show_supplement

        show_supplement(made, number, screen)
        if place:
            screen.note(say(WRITTEN).format(path=output))

    return Answer(body, findings, show)


def _dropped(path: str, *, signed: bool) -> tuple[Finding, ...]:
    return (finding("CLI-SIGNATURE-DROPPED", path=path),) if signed else ()


def _payment(text: str) -> "Payment":
    from khaithue.obligations.interest import Payment

    day, _, amount = text.partition("=")
    return Payment(date_of(day), _amount(amount, text))


def _refund(text: str) -> "Refund":
    from khaithue.returns.tax_changes import Refund

    day, equals, amount = text.partition("=")
    return Refund(date_of(day), _amount(amount, text) if equals else None)


def _amount(amount: str, text: str) -> int:
    if not amount.isascii() or not amount.isdecimal() or len(amount) > 18:
        raise refused("CLI-PAID", paid=text)
    return int(amount)


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
        "paid_back": _paid_back_json(made.paid_back),
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


def _paid_back_json(back: "PaidBack | None") -> dict[str, Any] | None:
    return {"amount": back.amount, "interest": _interest_json(back.interest)} if back else None
