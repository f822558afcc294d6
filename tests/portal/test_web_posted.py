"""A page posted without JavaScript: its boxes, rows and buttons, laid over the draft."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from khaithue.obligations.period import Period
from khaithue.portal.web.posted import Data, read
from khaithue.portal.web.rowsin import add_row, copy_row, drop_row
from khaithue.returns.catalogue import find_for
from khaithue.returns.form import Form
from tests.returns.toy_return import FORM as TOY

PEOPLE = "PLuc_05_1_BK_QTT"


def form_of(code: str, period: Period) -> Form:
    form = find_for(code, period, period.end)
    assert form is not None
    return form


VAT = form_of("01/GTGT", Period.month(2026, 5))
PIT = form_of("05/QTT-TNCN", Period.year(2025))


def posted(*boxes: tuple[str, str]) -> QueryDict:
    return QueryDict(urlencode(boxes))


def blank(**given: Data) -> Data:
    return {"header": {}, "values": {}, "totals": {}, "tables": {}, **given}


def person(income: str) -> Data:
    return {"values": {"12": income}, "children": {}}


def test_what_was_typed_takes_the_place_of_what_was_saved() -> None:
    found = read(posted(("23", "1.000"), ("header[nguoiKy]", "A")), VAT, blank(values={"23": "5", "24": "6"}))
    assert found.data["values"]["23"] == "1000"
    assert found.data["values"]["24"] == "6"
    assert found.data["header"] == {"nguoiKy": "A"}


def test_an_emptied_box_is_blank_and_not_zero() -> None:
    assert read(posted(("23", "")), VAT, blank(values={"23": "5"})).data["values"]["23"] is None


def test_a_tick_taken_away_is_false_only_where_the_page_showed_it() -> None:
    ticked = blank(values={"21": True})
    assert read(posted(("shown|21", "")), VAT, ticked).data["values"]["21"] is False
    assert read(posted(), VAT, ticked).data["values"]["21"] is True


def test_a_text_that_cannot_be_read_is_told_and_kept_as_typed() -> None:
    found = read(posted(("23", "một tỷ")), VAT, blank(values={"23": "5"}))
    assert [(item.code, item.cell) for item in found.findings] == [("TYPED-AMOUNT", "23")]
    assert found.unread == {"23": "một tỷ"}
    assert found.data["values"]["23"] == "5"


@pytest.mark.error(each="code")
@pytest.mark.near_miss(each="code")
@pytest.mark.parametrize(
    ("box", "typed", "code", "near"),
    [
        ("22", "1.2345", "TYPED-AMOUNT", "1.234"),
        ("24", "2,5,1", "TYPED-NUMBER", "2,5"),
        ("ngay", "31/02/2026", "TYPED-DATE", "28/02/2026"),
        ("thang", "13/2026", "TYPED-MONTH", "12/2026"),
    ],
)
def test_each_kind_of_box_tells_what_it_cannot_read(box: str, typed: str, code: str, near: str) -> None:
    found = read(posted((box, typed)), TOY, blank()).findings
    assert [(item.code, item.cell) for item in found] == [(code, box)]
    assert read(posted((box, near)), TOY, blank()).findings == []


def test_a_computed_box_or_another_element_of_the_header_cannot_be_posted() -> None:
    found = read(posted(("36", "1"), ("header[mst]", "0100109106")), VAT, blank(header={"mst": "0319900012"}))
    assert "36" not in found.data["values"]
    assert found.data["header"]["mst"] == "0319900012"


def test_rows_on_the_page_take_the_place_of_those_it_had_shown_and_no_others() -> None:
    rows = blank(totals={PEOPLE: {}}, tables={"people": [person(str(n)) for n in range(1, 6)]})
    page = posted(
        ("appendix", PEOPLE),
        ("window", "people|1|3"),
        ("count|people", "2"),
        ("people[2][12]", "20"),
        ("people[3][12]", "40"),
    )
    incomes = [row["values"]["12"] for row in read(page, PIT, rows).data["tables"]["people"]]
    assert incomes == ["1", "20", "40", "5"]


def test_nested_rows_stay_below_the_row_they_were_typed_in() -> None:
    page = posted(
        ("appendix", "PLuc_01_2_GTGT"),
        ("window", "hydro_plants|0|1"),
        ("window", "hydro_plants[1].hydro_provinces|0|0"),
        ("count|hydro_plants[1].hydro_provinces", "1"),
        ("hydro_plants[1][05]", "A"),
        ("hydro_plants[1].hydro_provinces[1][08]", "Lào Cai"),
    )
    plant = read(page, VAT, blank(totals={"PLuc_01_2_GTGT": {}})).data["tables"]["hydro_plants"][0]
    assert plant["children"]["hydro_provinces"][0]["values"]["08"] == "Lào Cai"


def test_rows_of_the_main_part_are_read_though_it_is_no_appendix() -> None:
    form = form_of("DS_CTIET_TNCN", Period.parse("2026-06-20"))
    page = posted(("window", "people|0|0"), ("count|people", "1"), ("people[1][5]", "3.200.000"))
    data = read(page, form, blank()).data
    assert data["tables"]["people"][0]["values"]["5"] == "3200000"
    assert data["totals"] == {}


@pytest.mark.parametrize("window", ["people|0|9999999", "people|x|1", "people", "people|0|200000"])
def test_a_window_that_cannot_be_true_changes_nothing(window: str) -> None:
    rows = blank(totals={PEOPLE: {}}, tables={"people": [person("1")]})
    assert read(posted(("appendix", PEOPLE), ("window", window)), PIT, rows).data == rows


def test_the_buttons_add_copy_and_delete_a_row() -> None:
    data = blank(tables={"people": [person("1"), person("2")]})
    assert len(add_row(data, "people")["tables"]["people"]) == 3
    assert [row["values"]["12"] for row in copy_row(data, "people[1]")["tables"]["people"]] == ["1", "1", "2"]
    assert [row["values"]["12"] for row in drop_row(data, "people[1]")["tables"]["people"]] == ["2"]
    assert [row["values"]["12"] for row in data["tables"]["people"]] == ["1", "2"]


@pytest.mark.parametrize(
    "address", ["people[3]", "people[0]", "nobody[1]", "people[1].x[2]", "", "[1]", "people"]
)
def test_a_button_of_a_row_that_is_not_there_changes_no_row(address: str) -> None:
    data = blank(tables={"people": [person("1"), person("2")]})
    assert drop_row(data, address)["tables"]["people"] == data["tables"]["people"]
