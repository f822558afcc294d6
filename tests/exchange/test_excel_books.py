"""Excel books: what a template offers, and that a filled one is read back exactly or told about."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # the package has no types
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from khaithue.exchange import excel
from khaithue.exchange.excel import Imported, into, read
from khaithue.exchange.excel_layout import (
    ABOUT,
    CODES_ROW,
    MAIN,
    VALUE_COLUMN,
    about,
    boxes,
    leading,
    sheet_names,
)
from khaithue.exchange.excel_template import filled, template
from khaithue.exchange.excel_values import Raw
from khaithue.exchange.returns_xml import read as read_xml
from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for, forms
from khaithue.returns.findings import catalogue
from khaithue.returns.form import Form
from khaithue.returns.model import Return, Row, Value
from tests.returns.generate import returns_of

SAMPLES = Path(__file__).parents[1] / "samples"
FORMS = {f"{form.code} {form.basis} {form.version}": form for form in forms()}
YEAR = Period.year(2025)


def form_of(code: str) -> Form:
    form = find_for(code, YEAR, YEAR.end)
    assert form is not None
    return form


QTT = form_of("05/QTT-TNCN")
GTGT = form_of("01/GTGT")
PEOPLE = sheet_names(QTT)["people"]


def sheets(data: bytes) -> dict[str, list[list[Raw]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def people_book(
    rows: list[Mapping[str, object]],
    *,
    codes: list[str] | None = None,
    more: Mapping[str, Mapping[str, object]] | None = None,
    told: Mapping[str, str] | None = None,
) -> bytes:
    """A book like the template, its 05-1 filled with cells by column code; ``more`` fills main boxes."""
    file = io.BytesIO()
    work = xlsxwriter.Workbook(file, {"in_memory": True})
    day = work.add_format({"num_format": "dd/mm/yyyy"})
    main = work.add_worksheet(MAIN)
    for line, (address, cell) in enumerate((more or {}).get(MAIN, {}).items(), CODES_ROW + 1):
        main.write_string(line, 0, address)
        _put(main, line, VALUE_COLUMN, cell, day)
    names = sheet_names(QTT)
    for table in QTT.tables.values():
        sheet = work.add_worksheet(names[table.name])
        mine = table.name == "people"
        heads = codes if codes and mine else [*leading(table), *table.columns]
        sheet.write_row(CODES_ROW, 0, heads)
        for line, row in enumerate(rows if mine else (), CODES_ROW + 1):
            for code, cell in row.items():
                _put(sheet, line, heads.index(code), cell, day)
    sheet = work.add_worksheet(ABOUT)
    for line, pair in enumerate((told or about(QTT)).items()):
        sheet.write_row(line, 0, pair)
    work.close()
    return file.getvalue()


def _put(sheet: object, line: int, column: int, cell: object, day: object) -> None:
    assert isinstance(sheet, xlsxwriter.worksheet.Worksheet)
    if isinstance(cell, datetime | date):
        sheet.write_datetime(line, column, cell, day)
    elif cell == "#DIV/0!":
        sheet.write_formula(line, column, "=1/0", None, cell)
    elif isinstance(cell, str):
        sheet.write_string(line, column, cell)
    else:
        sheet.write(line, column, cell)


def codes_of(imported: Imported) -> list[str]:
    return [found.code for found in imported.findings]


def one(column: str, cell: object) -> tuple[Value, list[str]]:
    """The value read from one cell of 05-1, and the codes found."""
    imported = read(people_book([{"07": "Nguyễn Văn A", column: cell}]), QTT)
    return imported.tables["people"][0].values.get(column), codes_of(imported)


# -- the template


@pytest.mark.parametrize("name", FORMS)
def test_a_template_has_a_sheet_for_the_form_and_one_for_each_table(name: str) -> None:
    form = FORMS[name]
    found = sheets(template(form))
    assert {MAIN, *sheet_names(form).values()} < set(found)
    for table in form.tables.values():
        codes = found[sheet_names(form)[table.name]][CODES_ROW]
        assert codes == [*leading(table), *table.columns]
        labels = found[sheet_names(form)[table.name]][CODES_ROW - 1][len(leading(table)) :]
        assert labels == [column.label for column in table.columns.values()]


@pytest.mark.parametrize("name", FORMS)
def test_every_box_stands_in_the_main_sheet_with_its_label(name: str) -> None:
    rows = sheets(template(FORMS[name]))[MAIN][CODES_ROW + 1 :]
    assert [(row[0], row[1]) for row in rows] == [
        (box.address, box.field.label) for box in boxes(FORMS[name])
    ]


@pytest.mark.parametrize("name", FORMS)
def test_sheets_have_names_that_excel_takes(name: str) -> None:
    names = list(sheet_names(FORMS[name]).values())
    assert len({each.casefold() for each in names}) == len(names)
    assert all(len(each) <= 31 and not re.search(r"[\[\]:*?/\\']", each) for each in names)


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_template_reads_as_nothing_and_without_a_finding(name: str) -> None:
    assert read(template(FORMS[name]), FORMS[name]) == Imported()


def test_tax_codes_are_text_and_money_is_whole_numbers_in_the_template() -> None:
    with zipfile.ZipFile(io.BytesIO(template(QTT))) as packed:
        texts = [packed.read(name).decode() for name in packed.namelist() if "worksheets/sheet" in name]
        styles = packed.read("xl/styles.xml").decode()
    rules = set(re.findall(r'<dataValidation type="(\w+)"', "".join(texts)))
    assert {"whole", "textLength", "list"} <= rules
    assert 'numFmtId="49"' in styles  # the text format


def test_comments_tell_what_to_write_in_a_column_and_its_law() -> None:
    with zipfile.ZipFile(io.BytesIO(template(QTT))) as packed:
        comments = "".join(packed.read(name).decode() for name in packed.namelist() if "comments" in name)
    assert "Điểm d khoản 6 Điều 8 Nghị định 126/2020/NĐ-CP" in comments
    assert QTT.tables["people"].columns["12"].help in comments


def test_a_template_is_the_same_bytes_each_time() -> None:
    assert template(QTT) == template(QTT)


# -- round trip


def typed(ret: Return) -> tuple[object, ...]:
    """What is typed into a return: no computed box, no blank, no row without a figure."""
    form = ret.form
    totals = {
        name: kept
        for name, part in form.appendices.items()
        if (kept := _kept(ret.totals.get(name, {}), part.fields))
    }
    tables = {name: rows for name, found in ret.tables.items() if (rows := _rows(form, name, found))}
    return _kept(ret.values, form.fields), totals, tables


def _kept(values: Mapping[str, Value], fields: Mapping[str, object]) -> dict[str, Value]:
    return {
        code: value
        for code, value in values.items()
        if value is not None and fields[code].is_typed and not fields[code].header  # type: ignore[attr-defined]  # a Field
    }


def _rows(form: Form, table: str, rows: tuple[Row, ...]) -> list[object]:
    found: list[object] = []
    for row in rows:
        values = _kept(row.values, form.tables[table].columns)
        children = {name: kept for name, kids in row.children.items() if (kept := _rows(form, name, kids))}
        if values or children:
            found.append((values, children))
    return found


@pytest.mark.parametrize("name", FORMS)
@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_typed_into_any_return_goes_to_excel_and_back(name: str, data: st.DataObject) -> None:
    ret = data.draw(returns_of(FORMS[name]))
    imported = read(filled(ret), ret.form)
    assert imported.findings == ()
    again = into(Return(ret.form, ret.period, {}, {}), imported)
    assert typed(again) == typed(ret)


@pytest.mark.near_miss(
    "XLS-BOX",
    "XLS-EXTRA-SHEET",
    "XLS-FORM",
    "XLS-MORE",
    "XLS-SHEET",
    "XLS-TEMPLATE",
    "XLS-TOO-BIG",
    "XLS-UNREADABLE",
)
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xml")), ids=lambda path: path.name[:3])
def test_a_real_return_goes_to_excel_and_back(path: Path) -> None:
    ret = read_xml(path.read_bytes()).return_
    assert ret is not None
    imported = read(filled(ret), ret.form)
    assert imported.findings == ()
    assert typed(into(Return(ret.form, ret.period, {}, {}), imported)) == typed(ret)
    assert imported.header["tenNNT"] == ret.header["tenNNT"]
    assert imported.header["mst"] == ret.header["mst"]


def test_rows_nested_in_rows_find_their_parents_by_number() -> None:
    plants = tuple(
        Row({"05": f"Nhà máy {n}"}, {"hydro_provinces": (Row({"08": f"Tỉnh {n}"}), Row({"08": "Yên Bái"}))})
        for n in range(3)
    )
    ret = Return(GTGT, Period.month(2026, 5), {}, {}, {}, {"hydro_plants": plants})
    assert typed(into(replace(ret, tables={}), read(filled(ret), GTGT))) == typed(ret)


def test_the_book_replaces_what_it_has_and_leaves_the_rest() -> None:
    ret = Return(QTT, YEAR, {"mst": "0319900012"}, {"16": 5}, {}, {"people": (Row({"07": "Cũ"}),)})
    book = people_book([{"07": "Mới"}], more={MAIN: {"17": 3.0}})
    merged = into(ret, read(book, QTT))
    assert merged.values == {"16": 5, "17": 3}
    assert merged.header == {"mst": "0319900012"}
    assert [row.values["07"] for row in merged.tables["people"]] == ["Mới"]


# -- cells


@pytest.mark.near_miss(
    "XLS-CODE-NUMBER",
    "XLS-COUNT",
    "XLS-DIGITS",
    "XLS-ERROR-CELL",
    "XLS-FLAG",
    "XLS-FRACTION",
    "XLS-MONEY",
    "XLS-TEXT",
    "XLS-TEXT-NUMBER",
)
@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("12", 63_720_000.0, 63_720_000),
        ("12", "63720000", 63_720_000),
        ("12", -5.0, -5),
        ("12", 999_999_999_999_999.0, 999_999_999_999_999),
        ("12", "123456789012345678", 123_456_789_012_345_678),
        ("16", 2.0, 2),
        ("08", "0319900012", "0319900012"),
        ("08", "0319900012001", "0319900012001"),
        ("10", "x", True),
        ("10", 1.0, True),
        ("10", True, True),
        ("10", "0", False),
        ("07", "  Lê Thị B ", "Lê Thị B"),
    ],
)
def test_a_cell_is_read_exactly(column: str, cell: object, value: Value) -> None:
    found, codes = one(column, cell)
    assert (found, type(found), codes) == (value, type(value), [])


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("12", "63.720.000", "XLS-MONEY"),
        ("12", "12 triệu", "XLS-MONEY"),
        ("12", True, "XLS-MONEY"),
        ("12", date(2026, 5, 1), "XLS-MONEY"),
        ("12", 0.5, "XLS-FRACTION"),
        ("12", 63_720_000.004, "XLS-FRACTION"),
        ("12", 1e15, "XLS-DIGITS"),
        ("16", -1.0, "XLS-COUNT"),
        ("16", "hai", "XLS-MONEY"),
        ("08", 319900012.0, "XLS-CODE-NUMBER"),
        ("08", 319900012001.0, "XLS-CODE-NUMBER"),
        ("09", 1.2345e11, "XLS-CODE-NUMBER"),
        ("10", "có", "XLS-FLAG"),
        ("10", 2.0, "XLS-FLAG"),
        ("07", date(2026, 5, 1), "XLS-TEXT"),
    ],
)
def test_a_cell_that_is_no_value_of_its_box_is_refused(column: str, cell: object, code: str) -> None:
    assert one(column, cell) == (None, [code])


@pytest.mark.error("XLS-TEXT-NUMBER")
def test_a_number_in_a_text_cell_is_kept_and_asked_about() -> None:
    assert one("07", 12.0) == ("12", ["XLS-TEXT-NUMBER"])


def test_a_finding_tells_sheet_and_cell_and_the_row_of_the_table() -> None:
    book = people_book([{"07": "A"}, {}, {"07": "B", "12": "năm triệu"}])
    (found,) = read(book, QTT).findings
    column = [*leading(QTT.tables["people"]), *QTT.tables["people"].columns].index("12")
    assert f"“năm triệu” ở {PEOPLE}!{chr(65 + column)}6" in found.message.vi
    assert (found.cell, found.row) == ("people[12]", 2)


def test_days_months_and_moments_of_excel_and_of_hand() -> None:
    from khaithue.exchange.excel_values import day, moment, month

    assert day(date(2026, 5, 31)) == day("31/5/2026") == day("2026-05-31") == ("2026-05-31", "")
    assert day(datetime(2026, 5, 31, 8))[1] == day("31-5-2026")[1] == day(46173.0)[1] == "XLS-DATE"
    assert month(date(2026, 5, 1)) == month("5/2026") == month("2026-05") == ("2026-05", "")
    assert month(date(2026, 5, 2))[1] == month("2026")[1] == "XLS-MONTH"
    assert moment(" 2026-05-31T08:00:00Z ") == ("2026-05-31T08:00:00Z", "")
    assert moment("2026-05-31T08:00:00")[1] == moment(datetime(2026, 5, 31, 8))[1] == "XLS-MOMENT"


def test_decimals_are_those_that_were_typed() -> None:
    from khaithue.exchange.excel_values import number

    assert number(33.33) == (Decimal("33.33"), "")
    assert number(1 / 3)[1] == "XLS-DIGITS"
    assert number("8,5")[1] == "XLS-NUMBER"


@pytest.mark.error("XLS-ERROR-CELL")
def test_a_cell_with_an_error_is_told_and_not_taken_for_blank() -> None:
    imported = read(people_book([{"07": "A", "12": "#DIV/0!"}]), QTT)
    (found,) = imported.findings
    assert found.code == "XLS-ERROR-CELL"
    assert f"{PEOPLE}!" in found.message.vi
    assert "#DIV/0!" in found.message.vi


# -- sheets, columns, templates


def test_columns_may_be_moved() -> None:
    book = people_book([{"12": 5.0, "07": "A"}], codes=["12", "07"])
    assert read(book, QTT).tables["people"] == (Row({"12": 5, "07": "A"}),)


@pytest.mark.error("XLS-COLUMN-MISSING")
@pytest.mark.near_miss("XLS-COLUMN-MISSING")
def test_a_column_of_the_template_that_is_gone_is_told() -> None:
    assert set(codes_of(read(people_book([{"07": "A"}], codes=["07"]), QTT))) == {"XLS-COLUMN-MISSING"}


@pytest.mark.error("XLS-COLUMN")
@pytest.mark.near_miss("XLS-COLUMN")
def test_a_strange_column_is_told_when_it_holds_something() -> None:
    codes = ["STT", *QTT.tables["people"].columns, "ghi chú"]
    assert codes_of(read(people_book([{"07": "A", "ghi chú": "b"}], codes=codes), QTT)) == ["XLS-COLUMN"]
    assert codes_of(read(people_book([{"07": "A"}], codes=codes), QTT)) == []


@pytest.mark.error("XLS-COLUMN-TWICE")
@pytest.mark.near_miss("XLS-COLUMN-TWICE")
def test_a_column_that_stands_twice_is_refused() -> None:
    codes = ["STT", *QTT.tables["people"].columns, "12"]
    assert codes_of(read(people_book([{"07": "A"}], codes=codes), QTT)) == ["XLS-COLUMN-TWICE"]


@pytest.mark.error("XLS-COMPUTED")
@pytest.mark.near_miss("XLS-COMPUTED")
def test_a_computed_box_is_not_read_and_that_is_told() -> None:
    computed = next(code for code, column in QTT.tables["people"].columns.items() if column.calc)
    imported = read(people_book([{"07": "A", computed: 5.0}], more={MAIN: {"18": 7.0, "17": 1.0}}), QTT)
    assert codes_of(imported) == ["XLS-COMPUTED", "XLS-COMPUTED"]
    assert computed not in imported.tables["people"][0].values
    assert imported.values == {"17": 1}


@pytest.mark.error("XLS-BOX")
def test_a_value_without_a_box_is_refused() -> None:
    assert codes_of(read(people_book([], more={MAIN: {"999": 7.0}}), QTT)) == ["XLS-BOX"]


@pytest.mark.error("XLS-VERSION")
@pytest.mark.near_miss("XLS-VERSION")
def test_a_book_of_another_form_or_version_is_refused() -> None:
    assert codes_of(read(template(GTGT), QTT)) == ["XLS-FORM"]
    assert codes_of(read(people_book([], told={**about(QTT), "version": "2.0.0"}), QTT)) == ["XLS-VERSION"]
    assert codes_of(read(people_book([]), QTT)) == []


@pytest.mark.error("XLS-TEMPLATE")
def test_a_book_that_is_no_template_is_refused() -> None:
    file = io.BytesIO()
    work = xlsxwriter.Workbook(file, {"in_memory": True})
    work.add_worksheet("Sheet1")
    work.close()
    assert codes_of(read(file.getvalue(), QTT)) == ["XLS-TEMPLATE"]


@pytest.mark.error("XLS-UNREADABLE")
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a book", template(QTT)[:5000]])
def test_bytes_that_are_no_book_are_refused(data: bytes) -> None:
    assert codes_of(read(data, QTT)) == ["XLS-UNREADABLE"]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 40_000), st.integers(0, 255))
def test_a_damaged_book_is_read_or_refused_and_never_breaks_the_program(place: int, byte: int) -> None:
    data = bytearray(template(form_of("05/KK-TNCN")))
    data[place % len(data)] = byte
    read(bytes(data), form_of("05/KK-TNCN"))


@pytest.mark.error("XLS-TOO-BIG")
def test_a_book_too_big_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from khaithue.exchange import excel_file

    monkeypatch.setattr(excel_file, "MAX_UNPACKED", 1000)
    assert codes_of(read(template(QTT), QTT)) == ["XLS-TOO-BIG"]
    monkeypatch.setattr(excel_file, "MAX_BYTES", 1000)
    assert codes_of(read(template(QTT), QTT)) == ["XLS-TOO-BIG"]


@pytest.mark.error("XLS-ROWS")
@pytest.mark.near_miss("XLS-ROWS")
def test_too_many_rows_are_refused_and_as_many_as_allowed_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MAX_ROWS", 60)
    rows: list[Mapping[str, object]] = [{"07": f"Người {n}"} for n in range(61)]
    assert codes_of(read(people_book(rows), QTT)) == ["XLS-ROWS"]
    assert len(read(people_book(rows[:60]), QTT).tables["people"]) == 60


@pytest.mark.error("XLS-EXTRA-SHEET", "XLS-SHEET")
def test_sheets_missing_and_strange_are_told() -> None:
    data = template(GTGT)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = sheet_names(GTGT)["lottery_totals"]
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        f'name="{name}"'.encode(), b'name="nh\xc3\xa1p"'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for path, part in parts.items():
            packed.writestr(path, part)
    assert set(codes_of(read(file.getvalue(), GTGT))) == {"XLS-EXTRA-SHEET", "XLS-SHEET"}


@pytest.mark.error("XLS-MORE")
def test_a_wrong_cell_in_every_row_is_told_for_the_first_hundred() -> None:
    rows: list[Mapping[str, object]] = [{"07": "A", "12": "x"} for _ in range(300)]
    found = codes_of(read(people_book(rows), QTT))
    assert found == [*["XLS-MONEY"] * 100, "XLS-MORE"]


def nested_book(plants: list[object], provinces: list[object]) -> Imported:
    ret = Return(GTGT, Period.month(2026, 5), {}, {})
    names = sheet_names(GTGT)
    data = filled(ret)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    file = io.BytesIO()
    work = xlsxwriter.Workbook(file, {"in_memory": True})
    for name in book.sheet_names:
        sheet = work.add_worksheet(name)
        for line, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False)):
            sheet.write_row(line, 0, row)
    for line, number in enumerate(plants, CODES_ROW + 1):
        work.get_worksheet_by_name(names["hydro_plants"]).write_row(line, 0, [number, "Nhà máy"])
    for line, above in enumerate(provinces, CODES_ROW + 1):
        work.get_worksheet_by_name(names["hydro_provinces"]).write_row(line, 0, [line, above, "Lào Cai"])
    work.close()
    return read(file.getvalue(), GTGT)


@pytest.mark.error(each="codes")
@pytest.mark.near_miss("XLS-ABOVE", "XLS-NO-ABOVE", "XLS-ROW-NUMBER", "XLS-ROW-TWICE")
@pytest.mark.parametrize(
    ("plants", "provinces", "codes"),
    [
        ([1, 2], [1, 2, 2], []),
        ([1, 2], [3], ["XLS-ABOVE"]),
        ([1, 2], [""], ["XLS-NO-ABOVE"]),
        ([1, 1], [1], ["XLS-ROW-TWICE"]),
        ([1, "hai"], [1], ["XLS-ROW-NUMBER"]),
    ],
)
def test_a_nested_row_must_name_one_row_above_it(
    plants: list[object], provinces: list[object], codes: list[str]
) -> None:
    imported = nested_book(plants, provinces)
    assert [code for code in codes_of(imported) if code != "XLS-TEXT-NUMBER"] == codes


def test_every_code_of_excel_has_its_texts_and_a_test() -> None:
    here = Path(__file__)
    source = here.read_text(encoding="utf-8")
    source += here.parents[1].joinpath("cli/test_cli_paper.py").read_text(encoding="utf-8")
    codes = {code for code in catalogue() if code.startswith("XLS-")}
    assert {code for code in codes if f'"{code}"' not in source} == set()
