"""Every form file is whole: each box printed once under its own label, each text in both languages."""

from collections import Counter

import pytest

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for, forms
from khaithue.returns.form import Form
from khaithue.returns.letter import pieces

FORMS = pytest.mark.parametrize("form", forms(), ids=lambda form: form.code)


def _has_printed_code(code: str) -> bool:
    return code[0].isdigit()


@FORMS
def test_a_printed_row_carries_the_label_of_its_boxes(form: Form) -> None:
    for _number, label, *codes in form.layout.rows:
        assert {form.fields[code].label for code in codes if code} <= {label}


@FORMS
def test_every_box_with_a_printed_code_is_printed_once(form: Form) -> None:
    printed = Counter(code for row in form.layout.rows for code in row[2:] if code)
    printed.update(code for line in form.layout.head for code in line)
    assert set(printed.values()) <= {1}
    told = {piece.code for paragraph in form.layout.letter for piece in pieces(paragraph)}
    assert {code for code in form.fields if _has_printed_code(code)} <= set(printed) | told


@FORMS
def test_every_total_of_a_supplement_or_list_is_printed(form: Form) -> None:
    for part in form.appendices.values():
        printed = {code for row in part.print_rows for code in row[2:]}
        printed |= {code for line in part.head for code in line}
        assert {code for code, box in part.fields.items() if box.calc} <= printed


@FORMS
def test_every_check_speaks_both_languages_and_says_what_to_do(form: Form) -> None:
    for check in form.checks.values():
        assert check.message.vi != check.message.en
        assert check.fix.vi != check.fix.en


@FORMS
def test_a_form_takes_both_appendices_of_a_supplement_or_neither_or_the_older_explanation(form: Form) -> None:
    taken = {"PL01_KHBS", "PL01_1_KHBS"} & set(form.appendices)
    older = "PL01_KHBS" in taken and form.appendices["PL01_KHBS"].title.startswith("BẢN GIẢI TRÌNH")
    assert len(taken) == 1 if older else len(taken) in (0, 2)


def _for(code: str, text: str) -> Form | None:
    period = Period.parse(text)
    return find_for(code, period, period.end)


def test_the_forms_of_circular_80_hold_from_its_first_day() -> None:
    before, first = (_for("01/GTGT", month) for month in ("2021-12", "2022-01"))
    assert before is not None
    assert first is not None
    assert (before.basis, first.basis) == ("TT26/2015/TT-BTC", "TT80/2021/TT-BTC")
    assert _for("05/KK-TNCN", "2022-Q1") is not None
    assert _for("05/QTT-TNCN", "2021") is not None


def test_a_finalisation_before_2021_is_on_the_form_of_circular_92() -> None:
    found = _for("05/QTT-TNCN", "2020")
    assert found is not None
    assert found.basis == "TT92/2015/TT-BTC"
