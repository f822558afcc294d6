"""The table ``[supplement]`` of a form file: which boxes are tax payable, tax deductible and refund."""

from collections.abc import Iterator
from typing import Final

from khaithue.law.dated import Confidence
from khaithue.returns.entries import Entry
from khaithue.returns.form import Form, Kind, TaxLine, TaxLines

SECTIONS: Final = ("payable", "credit", "refund")


def lines_of(entry: Entry) -> TaxLines | None:
    """The table as a value; ``None`` when the form file has none. What is wrong with it is said."""
    if not entry.values:
        return None
    entry.only(" ".join((*SECTIONS, "law", "confidence")))
    payable, credit, refund = (tuple(_line(each) for each in entry.listed(name)) for name in SECTIONS)
    if not (payable or credit or refund):
        entry.say("", "supplement names no tax")
    law = entry.text("law", needed=True)
    return TaxLines(payable, credit, refund, law, entry.choice("confidence", Confidence, Confidence.LOW))


def _line(entry: Entry) -> TaxLine:
    entry.only("title boxes less subhead subhead_box")
    boxes = entry.texts("boxes")
    if not boxes:
        entry.say("", "boxes is missing")
    return TaxLine(
        title=entry.text("title", needed=True),
        boxes=boxes,
        less=entry.texts("less"),
        subhead=entry.text("subhead"),
        subhead_box=entry.text("subhead_box"),
    )


def faults_of_lines(form: Form) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with the lines of a form, each with its place: boxes that are not there or no money."""
    if form.supplement is None:
        return
    for section in SECTIONS:
        for line in getattr(form.supplement, section):
            yield from ((("supplement", section), fault) for fault in _faults(form, line))


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
