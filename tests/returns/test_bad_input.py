"""Whatever is typed wrongly in any box of any form is said at that very box, with what to do."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from khaithue.exchange import excel_values, values
from khaithue.obligations.period import Period
from khaithue.portal.web.typed import UNREADABLE, UnreadableError, value_of
from khaithue.returns.boxes import address
from khaithue.returns.catalogue import forms
from khaithue.returns.check import check
from khaithue.returns.codec import decode_page
from khaithue.returns.compute import compute
from khaithue.returns.findings import Finding, catalogue
from khaithue.returns.form import NUMERIC, Field, Form, Kind

LETTERS = "12 triệu"
TAX_IDS = {
    "0100109107": "RET-TAXID-DIGIT",
    "0100109107001": "RET-TAXID-DIGIT",
    "0100109106000": "RET-TAXID",
    "07908500000A": "RET-TAXID",
    "01001091061": "RET-TAXID",
}
"""A wrong check digit with and without a dependent unit, unit 000, a letter among twelve, eleven digits."""
WRONG: dict[Kind, dict[str, str]] = {
    Kind.MONEY: {LETTERS: "RET-TYPE", "1.5": "RET-TYPE"},
    Kind.COUNT: {LETTERS: "RET-TYPE", "-1": "RET-MIN"},
    Kind.NUMBER: {LETTERS: "RET-TYPE"},
    Kind.FLAG: {"có lẽ": "RET-TYPE"},
    Kind.TAX_ID: TAX_IDS,
    Kind.ID_PAPER: {"không rõ": "RET-ID-PAPER"},
    Kind.DATE: {"2026-02-30": "RET-DATE", "hôm qua": "RET-DATE"},
    Kind.MONTH: {"2026-13": "RET-MONTH", "tháng năm": "RET-MONTH"},
    Kind.MOMENT: {
        "hôm qua": "RET-MOMENT",
        "2026-04-20T08:58:40": "RET-MOMENT",
        "2026-02-30T08:58:40+07:00": "RET-MOMENT",
    },
    Kind.TEXT: {},
}


@pytest.mark.parametrize("form", forms(), ids=lambda form: f"{form.code} {form.basis} {form.version}")
def test_bad_input_is_one_finding_at_its_box(form: Form) -> None:
    for part, field in typed_boxes(form):
        for text, code in wrong(field).items():
            found = [each for each in findings(form, part, field, text) if each.code.startswith("RET-")]
            here = [each for each in found if each.cell == address(part, field.code)]
            assert [each.code for each in here] == [code], (part, field.code, text)
            (finding,) = here
            assert finding.row == (1 if part in form.tables else None)
            assert all([*words(finding)])


@pytest.mark.error("RET-ID-PAPER")
@pytest.mark.near_miss("RET-ID-PAPER")
def test_an_identity_paper_is_told_by_a_number() -> None:
    form = next(form for form in forms() if form.code == "05/DS-TNCN")
    field = form.tables["people"].columns["09"]
    said = [
        [each.code for each in findings(form, "people", field, text)] for text in ("hộ chiếu", "B1234567")
    ]
    assert ["RET-ID-PAPER" in codes for codes in said] == [True, False]


def typed_boxes(form: Form) -> Iterator[tuple[str, Field]]:
    """Every box a person may write in, with its part; of the header only tax codes have a shape."""
    for field in form.fields.values():
        if field.is_typed and (not field.header or field.kind is Kind.TAX_ID):
            yield "", field
    for name, part in form.appendices.items():
        yield from ((name, field) for field in part.fields.values() if field.is_typed and not field.header)
    for name, table in form.tables.items():
        yield from ((name, field) for field in table.columns.values() if field.is_typed)


def wrong(field: Field) -> dict[str, str]:
    """What is wrong in a box, and the code of what is said."""
    if field.choices:
        typed = {} if field.kind is Kind.TEXT else WRONG[field.kind]
        return typed if field.kind in NUMERIC else {"không có": "RET-CHOICE"}
    return WRONG[field.kind] | _too_little(field)


def _too_little(field: Field) -> dict[str, str]:
    """Less than the least; of a box that the computed figure may take the place of, nothing typed is left."""
    if field.min is None or field.kind not in NUMERIC or field.calc:
        return {}
    return {str(field.min - 1): "RET-MIN"}


def findings(form: Form, part: str, field: Field, text: str) -> list[Finding]:
    """All that is said of a return that holds this text in this box."""
    period = Period(Period.parse("2026").kind, form.valid_from, form.valid_from)
    data: dict[str, Any] = {"header": {}, "values": {}, "totals": {}, "tables": {}}
    written: dict[str, Any] = {field.code: text}
    if field.header:
        data["header"] = {field.header: text}
    elif part in form.tables:
        data["tables"] = rows_down_to(form, part, written)
    elif part:
        data["totals"] = {part: written}
    else:
        data["values"] = written
    ret, unread = decode_page(data, form, period)
    return [*unread, *check(compute(ret))]


def rows_down_to(form: Form, table: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """One row of a table, in one row of each table around it."""
    row: dict[str, Any] = {"values": dict(written)}
    while parent := form.tables[table].parent:
        row, table = {"values": {}, "children": {table: [row]}}, parent
    return {table: [row]}


def words(finding: Finding) -> list[str]:
    return [finding.message.vi, finding.message.en, finding.fix.vi, finding.fix.en]


@pytest.mark.parametrize("paper", ["012345678", "079085000001", "B1234567", "AB 123-456/7"])
def test_a_paper_with_a_number_is_taken_as_it_is(paper: str) -> None:
    form = next(form for form in forms() if form.code == "05/DS-TNCN")
    found = findings(form, "people", form.tables["people"].columns["09"], paper)
    assert not [each for each in found if each.cell == "people[09]"]


@pytest.mark.parametrize("kind", list(UNREADABLE))
def test_what_is_typed_on_the_page_is_refused_before_it_is_a_figure(kind: str) -> None:
    for text in WRONG[Kind(kind)]:
        if text != "-1":
            with pytest.raises(UnreadableError) as refused:
                value_of(kind, text if text != "1.5" else "1,5")
            assert all(words_of(refused.value.code))


@pytest.mark.parametrize("kind", list(values.CODES))
def test_what_an_xml_holds_is_refused_with_a_code_of_its_kind(kind: Kind) -> None:
    for text in WRONG[kind]:
        value, code = values.read(kind, text)
        assert value is None
        assert all(words_of(code))


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind in values.CODES])
def test_what_an_excel_cell_holds_is_refused_with_a_code_of_its_kind(kind: Kind) -> None:
    read = excel_values.reader(Field("1", "x", kind))
    for text in WRONG[kind]:
        value, code = read(text)
        assert value is None
        assert all(words_of(code))


def words_of(code: str) -> list[str]:
    entry = catalogue()[code]
    return [entry.message.vi, entry.message.en, entry.fix.vi, entry.fix.en]
