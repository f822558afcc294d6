"""A table of the main part stands where the form file says, once, or after all rows."""

from importlib.resources import files

import pytest

from tests.returns.toy_return import faults, line_of

TEXT = files("khaithue").joinpath("law/forms/DS_CTIET_TNCN_CV828_2.7.8.toml").read_text(encoding="utf-8")
PLACE = '  ["", "{people}"],\n'


def test_a_table_has_a_place_among_the_rows_or_in_the_head_or_none() -> None:
    assert faults(TEXT) == []
    assert faults(TEXT.replace(PLACE, "").replace('["01"], ["02"]', '["01"], ["{people}"], ["02"]')) == []
    assert faults(TEXT.replace(PLACE, "")) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('  ["", "{crowd}"],\n', "rows: {crowd} is no table of the main part's own"),
        (PLACE + PLACE, "rows: {people} has a place already"),
        ('  ["", "{people}", "tong_da_nop"],\n', "rows: {people} stands with something else"),
    ],
)
def test_a_place_that_is_wrong_is_told_with_its_line(wrong: str, said: str) -> None:
    assert TEXT.count(PLACE) == 1
    (message,) = faults(TEXT.replace(PLACE, wrong))
    assert said in message
    assert message.startswith(f"toy.toml:{line_of(TEXT, 'rows = [')}:")
