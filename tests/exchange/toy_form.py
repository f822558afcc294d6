"""A small form that has everything: each kind of box, optional elements, groups, rows within rows."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from khaithue.obligations.period import Period
from khaithue.returns.form import Appendix, Field, Form, Kind, Layout, Table
from khaithue.returns.model import Return, Row, Value


def _boxes(*boxes: tuple[str, Kind, str]) -> dict[str, Field]:
    return {code: Field(code, f"Chỉ tiêu {code}", kind, xml=xml) for code, kind, xml in boxes}


MAIN = _boxes(
    ("22", Kind.MONEY, "ct22"),
    ("23", Kind.COUNT, "Nhom/ct23"),
    ("24", Kind.NUMBER, "Nhom/ct24"),
    ("25", Kind.FLAG, "Nhom/ct25"),
    ("26", Kind.TEXT, "Khac/ct26"),
    ("27", Kind.DATE, "Khac/ct27"),
    ("28", Kind.MONTH, "ct28"),
    ("29", Kind.MONEY, "ct29"),
)
FACTORY = Table("factories", "", "NhaMay", _boxes(("a", Kind.TEXT, "ten"), ("b", Kind.MONEY, "Tien/so")))
PLACE = Table(
    "places", "", "NoiO", _boxes(("c", Kind.TEXT, "xa"), ("d", Kind.COUNT, "so")), parent="factories"
)
PERSON = Table("people", "", "DanhSach/Nguoi", _boxes(("7", Kind.TEXT, "ct07"), ("12", Kind.MONEY, "ct12")))
APPENDIX = Appendix(
    "PL1",
    "PL1",
    "",
    "PLuc_1",
    "NhaMay*@ID\n  ten\n  Tien\n    so\n  NoiO*\n    xa\n    so\n"
    "DanhSach\n  Nguoi*\n    ct07\n    ct12\nct13",
    _boxes(("13", Kind.MONEY, "ct13")),
    {"factories": FACTORY, "places": PLACE, "people": PERSON},
)
NOTE = Appendix("PL2", "PL2", "", "PLuc_2", "ghiChu", _boxes(("1", Kind.TEXT, "ghiChu")), {})
OUTLINE = "ct22\nNhom\n  ct23\n  ct24\n  ct25\nKhac?\n  ct26\n  ct27\nct28\nct29?"
NAME = Field("04", "Tên người nộp thuế", Kind.TEXT, header="tenNNT")


def form(**changes: Any) -> Form:
    values: dict[str, Any] = {
        "code": "01/THU",
        "title": "",
        "basis": "",
        "law": "",
        "xml": {"maTKhai": "999", "pbanTKhaiXML": "1.0.0", "tenTKhai": "TỜ KHAI THỬ", "moTaBMau": ""},
        "header_style": "tenXaNNT",
        "valid_from": date(2022, 1, 1),
        "valid_to": None,
        "periods": ("month", "quarter", "year", "occurrence", "range"),
        "outline": OUTLINE,
        "fields": {"04": NAME, **MAIN},
        "appendices": {"PL1": APPENDIX, "PL2": NOTE},
        "checks": {},
        "links": (),
        "layout": Layout((), (), ()),
    }
    return Form(**(values | changes))


FORM = form()

_texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    max_size=12,
).map(lambda text: text.strip() or "x")
_days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
_STRATEGY: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.MONEY: st.integers(-(10**30) + 1, 10**30 - 1),
    Kind.COUNT: st.integers(0, 999_999_999),
    Kind.NUMBER: st.decimals(-1000, 1000, places=4).map(lambda number: number or Decimal(0)),
    Kind.FLAG: st.booleans(),
    Kind.TEXT: _texts,
    Kind.DATE: _days.map(lambda day: day.isoformat()),
    Kind.MONTH: _days.map(lambda day: day.isoformat()[:7]),
}
BLANKS: dict[Kind, Value] = {Kind.MONEY: 0, Kind.COUNT: 0, Kind.NUMBER: Decimal(0), Kind.FLAG: False}


def _filled(boxes: dict[str, Field]) -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries({code: st.none() | _STRATEGY[box.kind] for code, box in boxes.items()})


def _rows(table: Table, **children: st.SearchStrategy[tuple[Row, ...]]) -> st.SearchStrategy[tuple[Row, ...]]:
    below = st.fixed_dictionaries(children)
    below = below.map(lambda found: {name: rows for name, rows in found.items() if rows})
    return st.lists(st.builds(Row, _filled(dict(table.columns)), below), max_size=3).map(tuple)


def periods() -> st.SearchStrategy[Period]:
    years = st.integers(1950, 2090)
    days = st.dates(date(1950, 1, 1), date(2090, 12, 31))
    return st.one_of(
        st.builds(Period.month, years, st.integers(1, 12)),
        st.builds(Period.quarter, years, st.integers(1, 4)),
        st.builds(Period.year, years),
        days.map(lambda day: Period.parse(day.isoformat())),
        st.tuples(days, days).map(sorted).map(lambda ends: Period.parse(f"{ends[0]}..{ends[1]}")),
    )


@st.composite
def returns(draw: st.DrawFn) -> Return:
    header = {"mst": "0319900012", "tenNNT": draw(_texts), "ngayKy": draw(_STRATEGY[Kind.DATE])}
    if draw(st.booleans()):
        header["tenDLyThue"] = draw(_texts)
    people, places = draw(_rows(PERSON)), _rows(PLACE)
    tables = {"people": people, "factories": draw(_rows(FACTORY, places=places))}
    totals = {"PL1": draw(_filled(dict(APPENDIX.fields))), "PL2": draw(_filled(dict(NOTE.fields)))}
    return Return(
        FORM,
        draw(periods()),
        {name: str(text) for name, text in header.items()},
        draw(_filled(MAIN)),
        totals,
        {name: rows for name, rows in tables.items() if rows},
    )
