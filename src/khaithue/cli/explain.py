"""``khaithue explain``: why a box holds what it holds, as a tree."""

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from khaithue.cli.answer import Answer, plain, refused
from khaithue.cli.program import argument, command, option
from khaithue.cli.returns import Opened, open_return
from khaithue.cli.screen import clean
from khaithue.cli.voice import say
from khaithue.returns.findings import Finding, Text

if TYPE_CHECKING:
    from rich.text import Text as Styled
    from rich.tree import Tree

    from khaithue.cli.screen import Screen
    from khaithue.formula.trace import Explanation
    from khaithue.law.dated import RateEntry, Scale

FORMULA = Text("Công thức", "Formula")
ENTERED = Text("người nộp thuế tự ghi", "written by the taxpayer")
TAKEN = Text("Lấy nhánh", "Branch taken")
ALL_BLANK = Text("mọi vế đều để trống", "every branch is blank")
LAW = Text("Căn cứ", "Law")
HELP = Text("Hướng dẫn", "Instructions")
RATE = Text("Mức", "Rate")
FROM = Text("từ {first}", "from {first}")
UNTIL = Text("{first} đến {last}", "{first} to {last}")
ROWS = Text("{n} dòng", "{n} rows")
BLANK = Text("để trống", "blank")
YES, NO = Text("có", "yes"), Text("không", "no")
SCALE = Text("biểu lũy tiến {n} bậc", "progressive table of {n} brackets")


_CELL = re.compile(r"(?P<part>\w*)\[(?P<code>[^\[\]#]+)\](?:#(?P<row>[1-9]\d{0,8}))?|(?P<bare>[^\[\]#]+)")


@command(
    argument("file", "Tệp tờ khai, .xml hoặc .json.", "The file of the return, .xml or .json."),
    argument(
        "cell",
        "Ô cần giải thích: 40a, PL_NQ142_GTGT[9] hoặc bảng[mã]#dòng.",
        "The box to explain: 40a, PL_NQ142_GTGT[9] or table[code]#row.",
    ),
    option(
        "--depth",
        "Giải thích tiếp các ô thành phần đến bậc này (mặc định 2).",
        "Explain the operands in turn down to this many levels (2 when not said).",
        type=click.IntRange(1, 20),
        metavar="N",
        default=2,
    ),
    text=Text(
        "Giải thích một ô: công thức, các ô thành phần, nhánh được lấy, mức thuế suất và căn cứ pháp lý.",
        "Explain a box: its formula, operands, the branches taken, the rates and the law.",
    ),
    answers=(
        "`form`, `period`, `cell`, `row`, `help` (what to write in the box, in Vietnamese; null without), "
        "`values` (each box and total named, to its value), "
        "`explanation`: `cell`, `label`, "
        "`value`, `formula`, `law`, `rows` (that a total counts), `entered` (the formula left it to the "
        "taxpayer), `taken` (each `choice` and `branch`), "
        "`rates` (each `name`, "
        "`title`, `valid`, `law`, `confidence` and `value` or `brackets`), `operands` (of the same "
        "shape). The findings are "
        "those of `check` about this box."
    ),
)
def explain(file: str, cell: str, depth: int) -> Answer:
    """Explain a box."""
    read = open_return(file)
    address, row = cell_of(cell)
    explanation = _explanation(read, cell, depth)
    help_ = _help(read, address)
    body = {
        "form": {"code": read.ret.form.code, "basis": read.ret.form.basis, "version": read.ret.form.version},
        "period": str(read.ret.period),
        "cell": address,
        "row": row,
        "help": help_ or None,
        "values": _values(explanation),
        "explanation": explanation_json(explanation),
    }
    return Answer(body, _about(read, address, row), lambda screen: _show(explanation, help_, screen))


def cell_of(text: str) -> tuple[str, int | None]:
    """The address and the row of ``40a``, ``[40a]``, ``PL_NQ142_GTGT[9]`` or ``people[12]#3``.

    >>> cell_of("people[12]#3"), cell_of("[40a]")
    (('people[12]', 3), ('40a', None))
    """
    match = _CELL.fullmatch(text.strip())
    if match is None:
        return text, None
    if match["bare"] or not match["part"]:
        return match["bare"] or match["code"], None
    return f"{match['part']}[{match['code']}]", int(match["row"]) if match["row"] else None


def _explanation(read: Opened, cell: str, depth: int) -> "Explanation":
    from khaithue.returns.explain import explain as explain_box

    address, row = cell_of(cell)
    explanation = explain_box(read.ret, address, row=row, depth=depth)
    if explanation is None:
        raise refused("CLI-CELL", form=read.ret.form.code, name=cell)
    return explanation


def _about(read: Opened, address: str, row: int | None) -> tuple[Finding, ...]:
    """What ``check`` finds about this box, beside what was noticed while reading."""
    from khaithue.returns.check import check

    return (*read.findings, *(item for item in check(read.ret) if (item.cell, item.row) == (address, row)))


def _values(node: "Explanation") -> dict[str, object]:
    values = {node.cell: plain(node.value)}
    for operand in node.operands:
        values |= _values(operand)
    return values


def _help(read: Opened, address: str) -> str:
    from khaithue.returns.boxes import field_at

    field = field_at(read.ret.form, address)
    return field.help if field else ""


def _show(explanation: "Explanation", help_: str, screen: "Screen") -> None:
    tree = explanation_tree(explanation)
    if help_:
        tree.add(_remark(say(HELP), help_))
    screen.tree(tree)


def explanation_json(node: "Explanation") -> dict[str, Any]:
    """A box or a total with what it was computed from, for a program."""
    return {
        "cell": node.cell,
        "label": node.label,
        "value": plain(node.value),
        "formula": node.formula or None,
        "law": node.law,
        "rows": node.rows,
        "entered": node.is_entered,
        "taken": [{"choice": each.choice, "branch": each.branch or None} for each in node.taken],
        "rates": [_rate_json(each) for each in node.rates],
        "operands": [explanation_json(each) for each in node.operands],
    }


def explanation_tree(node: "Explanation") -> "Tree":
    """The same for a person."""
    from rich.tree import Tree

    tree = Tree(_title(node), guide_style="dim")
    _grow(tree, node)
    return tree


def _grow(tree: "Tree", node: "Explanation") -> None:
    for name, text in _remarks(node):
        tree.add(_remark(name, text))
    for operand in node.operands:
        _grow(tree.add(_title(operand)), operand)


def _remarks(node: "Explanation") -> list[tuple[str, str]]:
    remarks = [(say(FORMULA), node.formula)] if node.formula else []
    remarks += [(say(TAKEN), f"{each.choice} → {each.branch or say(ALL_BLANK)}") for each in node.taken]
    remarks += [(say(RATE), _rate_text(each)) for each in node.rates]
    remarks += [(say(LAW), node.law)] if node.law else []
    return remarks


def _remark(name: str, text: str) -> "Styled":
    from rich.text import Text as Styled

    return Styled.assemble((f"{name}: ", "dim"), clean(text))


def _title(node: "Explanation") -> "Styled":
    from rich.text import Text as Styled

    cell = node.cell if "[" in node.cell else f"[{node.cell}]"
    rows = "" if node.rows is None else f" ({say(ROWS).format(n=node.rows)})"
    value = _stated(node.value) + (f" ({say(ENTERED)})" if node.is_entered else "")
    return Styled.assemble(
        (clean(cell), "bold cyan"), f" {clean(node.label)}{rows} = ", (clean(value), "bold")
    )


def _stated(value: object) -> str:
    from khaithue.printing.amounts import accounting

    match value:
        case None:
            return say(BLANK)
        case bool():
            return say(YES if value else NO)
        case int():
            return accounting(value)
    return str(value)


def _rate_json(entry: "RateEntry | Scale") -> dict[str, Any]:
    document = {
        "name": entry.name,
        "title": {"vi": entry.title["vi"], "en": entry.title["en"]},
        "valid": {"from": plain(entry.valid_from), "to": plain(entry.valid_to)},
        "law": entry.law,
        "confidence": entry.confidence.value,
    }
    value = getattr(entry, "value", None)
    if value is not None:
        return {**document, "value": plain(value)}
    brackets = [{"top": each.top, "rate": plain(each.rate)} for each in getattr(entry, "brackets", ())]
    return {**document, "brackets": brackets}


def _rate_text(entry: "RateEntry | Scale") -> str:
    title = say(Text(entry.title["vi"], entry.title["en"]))
    valid = FROM if entry.valid_to is None else UNTIL
    days = say(valid).format(first=entry.valid_from, last=entry.valid_to)
    return f"{title} ({entry.name}) = {_rate_value(entry)}, {days}; {entry.law}"


def _rate_value(entry: "RateEntry | Scale") -> str:
    from khaithue.law.dated import Scale
    from khaithue.printing.amounts import grouped

    if isinstance(entry, Scale):
        return say(SCALE).format(n=len(entry.brackets))
    if entry.value >= 2:
        return grouped(int(entry.value))
    return _percent(entry.value)


def _percent(share: Fraction) -> str:
    """A share as percent when that is a finite decimal: 1/10 is 10%, 1/3 stays 1/3.

    >>> _percent(Fraction(1, 10)), _percent(Fraction(3, 200)), _percent(Fraction(1, 3))
    ('10%', '1,5%', '1/3')
    """
    hundredths = share * 10_000
    if hundredths.denominator != 1:
        return str(share)
    whole, rest = divmod(int(hundredths), 100)
    return f"{whole}%" if not rest else f"{whole},{rest:02d}".rstrip("0") + "%"
