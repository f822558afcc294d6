"""The instructions of the boxes: what the taxpayer is told to write, beside the box."""

import re
from collections.abc import Iterator

import pytest

from khaithue.returns.boxes import address
from khaithue.returns.catalogue import forms
from khaithue.returns.form import Field, Form, Kind

MOST_FILED = ("842", "864", "953", "1240")
FORMS = forms()
ANOTHER_FORM = re.compile(r"\b\d\d/[A-Z]+")
FIGURE = re.compile(r"\d ?%|\d ?(?:đồng|triệu|tỷ)\b|\d[.,]\d{3}")


def boxes(form: Form) -> Iterator[tuple[str, Field]]:
    yield from form.fields.items()
    for name, part in form.appendices.items():
        yield from ((address(name, code), box) for code, box in part.fields.items())
        for table in part.tables.values():
            yield from ((address(table.name, code), box) for code, box in table.columns.items())


@pytest.mark.parametrize("number", MOST_FILED)
def test_every_amount_to_write_on_the_forms_most_filed_says_what_to_write(number: str) -> None:
    form = next(form for form in FORMS if form.ma_tkhai == number)
    asked = [
        place
        for place, box in boxes(form)
        if box.is_typed and not box.header and box.kind in (Kind.MONEY, Kind.COUNT) and not box.help
    ]
    assert asked == []


def test_a_box_that_is_always_computed_is_told_by_its_formula_alone() -> None:
    assert [(form.code, place) for form, place, box in told() if not box.is_typed] == []


def test_an_instruction_is_whole_sentences_without_any_dated_figure() -> None:
    for form, place, box in told():
        assert box.help[0].isupper(), (form.code, place)
        assert box.help.endswith("."), (form.code, place)
        assert not FIGURE.search(box.help), (form.code, place, box.help)
        assert box.help != box.note, (form.code, place)


def test_every_box_an_instruction_names_is_printed_on_its_form_or_on_the_form_it_names() -> None:
    for form, place, box in told():
        codes = {each.code.partition(".")[0] for _place, each in boxes(form)} | {
            each.code for _place, each in boxes(form)
        }
        named = set(re.findall(r"\[([\w.]+)\]", box.help))
        assert named <= codes or ANOTHER_FORM.search(box.help), (form.code, place, named - codes)


def told() -> Iterator[tuple[Form, str, Field]]:
    for form in FORMS:
        yield from ((form, place, box) for place, box in boxes(form) if box.help)
