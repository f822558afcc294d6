"""The table ``[supplement]`` of a form file: which boxes are tax payable, tax deductible and refund."""

from collections.abc import Iterator
from typing import Final

from khaithue.law.dated import Confidence
from khaithue.returns.entries import Entry
from khaithue.returns.form import Allocation, Form, Kind, TaxLine, TaxLines

SECTIONS: Final = ("payable", "credit", "refund")


def lines_of(entry: Entry) -> TaxLines | None:
    """The table as a value; ``None`` when the form file has none. What is wrong with it is said."""
    if not entry.values:
        return None
    entry.only(" ".join((*SECTIONS, "law", "confidence", "allocations", "total")))
    payable, credit, refund = (tuple(_line(each) for each in entry.listed(name)) for name in SECTIONS)
    if not (payable or credit or refund):
        entry.say("", "supplement names no tax")
    return TaxLines(
        payable,
        credit,
        refund,
        law=entry.text("law", needed=True),
        confidence=entry.choice("confidence", Confidence, Confidence.LOW),
        allocations=tuple(_allocation(each) for each in entry.listed("allocations")),
        total=_line(entry.entry("total")) if "total" in entry.values else None,
    )


def _allocation(entry: Entry) -> Allocation:
    entry.only("table tax unit code ward province office")
    tax = entry.texts("tax")
    if not tax:
        entry.say("", "tax is missing")
    return Allocation(
        entry.text("table", needed=True),
        tax,
        entry.text("unit", needed=True),
        entry.text("code"),
        entry.text("ward"),
        entry.text("province"),
        entry.text("office"),
    )


def _line(entry: Entry) -> TaxLine:
    entry.only("title boxes less subhead subhead_box code")
    boxes = entry.texts("boxes")
    if not boxes:
        entry.say("", "boxes is missing")
    return TaxLine(
        title=entry.text("title", needed=True),
        boxes=boxes,
        less=entry.texts("less"),
        subhead=entry.text("subhead"),
        subhead_box=entry.text("subhead_box"),
        code=entry.text("code"),
    )


def faults_of_lines(form: Form) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with the lines of a form, each with its place: boxes that are not there or no money."""
    lines = form.supplement
    if lines is None:
        return
    for section in SECTIONS:
        for line in getattr(lines, section):
            yield from ((("supplement", section), fault) for fault in _faults(form, line))
    for each in lines.allocations:
        yield from ((("supplement", "allocations"), fault) for fault in _table_faults(form, each))
    if lines.total:
        yield from ((("supplement", "total"), fault) for fault in _faults(form, lines.total))


def _table_faults(form: Form, allocation: Allocation) -> Iterator[str]:
    if allocation.table not in form.tables:
        yield f"supplement: there is no table {allocation.table}"
        return
    columns = form.tables[allocation.table].columns
    for code in filter(None, (*allocation.place, *allocation.tax)):
        if code not in columns:
            yield f"supplement: the table {allocation.table} has no column {code}"
    for code in allocation.tax:
        if code in columns and columns[code].kind is not Kind.MONEY:
            yield f"supplement: the column {code} holds no money"


def _faults(form: Form, line: TaxLine) -> Iterator[str]:
    for code in (*line.boxes, *line.less):
        if code not in form.fields:
            yield f"supplement: there is no box {code}"
        elif form.fields[code].kind is not Kind.MONEY:
            yield f"supplement: the box {code} holds no money"
    if line.subhead and line.subhead_box:
        yield "supplement: a line has a subhead or a box that says it, not both"
    if line.subhead_box and line.subhead_box not in form.fields:
        yield f"supplement: there is no box {line.subhead_box}"
