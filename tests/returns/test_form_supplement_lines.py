"""The table [supplement] of a form file: read whole, or refused with the line."""

import pytest

from khaithue.law.dated import Confidence
from khaithue.returns.form import Allocation, TaxLine
from khaithue.returns.load import load
from tests.returns.toy_return import FORM, TEXT, faults, line_of

LINE = '{ title = "Thuế", boxes = ["22"], less = ["43"], subhead = "1701" }'
SHARES = '{ table = "people", unit = "1", code = "2", tax = ["3"] }'
SUM = '{ title = "Tổng", boxes = ["43"], code = "13" }'
GOOD = f"""
[supplement]
law = "Điều 1"
confidence = "medium"
payable = [{LINE}]
allocations = [{SHARES}]
total = {SUM}
"""


def test_the_lines_of_tax_are_read() -> None:
    found = load(TEXT + GOOD, "toy.toml").supplement
    assert found is not None
    assert found.payable == (TaxLine("Thuế", ("22",), ("43",), "1701"),)
    assert (found.credit, found.refund, found.confidence) == ((), (), Confidence.MEDIUM)
    assert found.allocations == (Allocation("people", ("3",), "1", "2"),)
    assert found.allocations[0].place == ("1", "2", "", "", "")
    assert found.total == TaxLine("Tổng", ("43",), code="13")
    assert FORM.supplement is None


@pytest.mark.parametrize(
    ("said", "instead", "fault"),
    [
        ('boxes = ["22"]', 'boxes = ["99"]', "there is no box 99"),
        ('boxes = ["22"]', 'boxes = ["hoat_dong"]', "the box hoat_dong holds no money"),
        ('boxes = ["22"]', "boxes = []", "boxes is missing"),
        ('less = ["43"]', 'less = ["99"]', "there is no box 99"),
        ('subhead = "1701"', 'subhead_box = "99"', "there is no box 99"),
        ('subhead = "1701"', 'subhead = "1701", subhead_box = "22"', "not both"),
        ('title = "Thuế", ', "", "title is missing"),
        ('title = "Thuế"', 'titel = "Thuế", title = "Thuế"', "there is no key titel"),
        (f"payable = [{LINE}]", "", "supplement names no tax"),
        ('confidence = "medium"', 'confidence = "sure"', "confidence is one of"),
        ('law = "Điều 1"', "", "law is missing"),
        ('table = "people"', 'table = "peple"', "there is no table peple"),
        ('unit = "1"', 'unit = "99"', "the table people has no column 99"),
        ('unit = "1", ', "", "unit is missing"),
        ('tax = ["3"]', 'tax = ["2"]', "the column 2 holds no money"),
        ('tax = ["3"]', "tax = []", "tax is missing"),
        ('boxes = ["43"]', 'boxes = ["98"]', "there is no box 98"),
    ],
)
def test_a_faulty_line_is_refused_with_its_place(said: str, instead: str, fault: str) -> None:
    text = TEXT + GOOD.replace(said, instead)
    (message,) = faults(text)
    assert fault in message
    assert int(message.split(":")[1]) >= line_of(text, "[supplement]")
