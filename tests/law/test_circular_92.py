"""The forms of circular 92/2015: every code the paper prints, and the days they hold."""

import pytest

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for, find_xml

PRINTED_BOXES = {("391", "2.8.3"): 37, ("394", "2.1.6"): 36, ("396", "2.8.3"): 40}
"""Boxes the paper prints, by code and version of the XML; those of the form's head count."""


@pytest.mark.parametrize(("form_id", "count"), PRINTED_BOXES.items())
def test_every_code_the_paper_prints_is_a_box(form_id: tuple[str, str], count: int) -> None:
    form = find_xml(*form_id)
    assert form is not None
    printed = [code for code in form.fields if code[0].isdigit()]
    assert printed == [f"{number:02}" for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("code", "last", "next_one"),
    [("05/KK-TNCN", "2021-12", "2022-01"), ("02/KK-TNCN", "2021-Q4", "2022-Q1")],
)
def test_the_forms_of_circular_92_hold_until_those_of_circular_80(
    code: str, last: str, next_one: str
) -> None:
    before, after = (find_for(code, period, period.end) for period in map(Period.parse, (last, next_one)))
    assert before is not None
    assert before.basis == "TT92/2015/TT-BTC"
    assert after is None or after.basis == "TT80/2021/TT-BTC"
