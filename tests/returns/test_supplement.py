"""Supplements: what changed, what it costs, and what the two appendices say of it. Figures worked by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khaithue.obligations.interest import Payment
from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for, forms
from khaithue.returns.check import check
from khaithue.returns.compute import compute
from khaithue.returns.differences import differences
from khaithue.returns.findings import Finding, Level, has_errors
from khaithue.returns.form import Form, Table
from khaithue.returns.khbs import supplement_appendices
from khaithue.returns.model import Return, Row, Value
from khaithue.returns.supplement import Supplement, begun, supplement
from khaithue.returns.tax_changes import CREDIT, PAYABLE, REFUND, Occasion, total
from khaithue.returns.tax_lines import SECTIONS

ON = date(2026, 11, 22)
HEADER = {
    "mst": "0100109106",
    "tenNNT": "CÔNG TY TNHH MẪU",
    "loaiTKhai": "C",
    "soLan": "0",
    "kyKKhai": "07/2026",
}
SALES = {"22": 0, "32": 100_000_000, "33": 10_000_000}
"""Payable [40] = 10,000,000."""
MORE = {**SALES, "32": 150_000_000, "33": 15_000_000}
"""One more invoice of 50,000,000 with tax 5,000,000: payable 15,000,000."""
CREDIT_LEFT = {**SALES, "24": 30_000_000, "23": 300_000_000, "25": 30_000_000}
"""[36] = 10 − 30 = −20 million: [41] = [43] = 20,000,000, nothing payable."""


def form_of(code: str, period: str) -> Form:
    asked = Period.parse(period)
    found = find_for(code, asked, asked.end)
    assert found is not None
    return found


def filed(values: dict[str, Any], period: str = "2026-07", code: str = "01/GTGT", **more: Any) -> Return:
    form = form_of(code, period)
    return compute(Return(form, Period.parse(period), more.pop("header", HEADER), values, **more))


def supplemented(
    before: dict[str, Any], after: dict[str, Any], period: str = "2026-07", **occasion: Any
) -> Supplement:
    return supplement(
        filed(before, period), filed(after, period), Occasion(**{"number": 1, "on": ON, **occasion})
    )


def box(made: Supplement, code: str, part: str = "PL01_KHBS") -> Value:
    return made.ret.totals[part].get(code)


def rows(made: Supplement, table: str) -> list[dict[str, Value]]:
    return [dict(row.values) for row in made.ret.tables[table]]


def changes(made: Supplement) -> dict[tuple[Value, Value], dict[str, Value]]:
    return {
        (part.values["2"], row.values["3"]): dict(row.values)
        for part in made.ret.tables["khbs_parts"]
        for row in part.children["khbs_changes"]
    }


def codes(findings: tuple[Finding, ...] | list[Finding]) -> list[str]:
    return [each.code for each in findings]


@pytest.mark.near_miss("SUPP-DECREASE")
def test_a_forgotten_sale_raises_the_tax_and_bears_interest_from_the_day_after_the_due_day() -> None:
    """Due 20/8/2026, filed and paid 22/11: 21/8–21/11 are 11 + 30 + 31 + 21 = 93 days.

    5,000,000 × 0.03 % × 93 = 139,500.
    """
    made = supplemented(SALES, MORE)
    assert made.findings == ()
    assert made.due == date(2026, 8, 20)
    assert rows(made, "khbs_payable") == [
        {"tieu_muc": "1701", "2": "Thuế giá trị gia tăng còn phải nộp", "3": 5_000_000}
    ]
    assert (box(made, "10"), box(made, "12"), box(made, "13")) == (5_000_000, None, None)
    assert (box(made, "3a.1"), box(made, "3a.2"), box(made, "3b")) == ("2026-11-21", 93, 139_500)
    assert box(made, "07", "PL01_1_KHBS") == 5_000_000


def test_the_explanation_lists_every_box_that_changed_with_both_figures() -> None:
    made = supplemented(SALES, MORE, reason="Sót hoá đơn số 12")
    told = changes(made)
    assert [code for _, code in told] == [
        "[27]", "[28]", "[32]", "[33]", "[34]", "[35]", "[36]", "[40a]", "[40]",
    ]  # fmt: skip
    row = told["Tờ khai 01/GTGT", "[40]"]
    assert (row["4"], row["5"], row["6"], row["7"]) == (10_000_000, 15_000_000, 5_000_000, 5_000_000)
    row = told["Tờ khai 01/GTGT", "[32]"]
    assert (row["4"], row["5"], row["6"], row["7"]) == (100_000_000, 150_000_000, 50_000_000, None)
    assert {row["8"] for row in told.values()} == {"Sót hoá đơn số 12"}


def test_the_supplement_passes_the_checks_of_its_own_form() -> None:
    made = supplemented(SALES, MORE, reason="Sót hoá đơn số 12", transaction="11020260000001")
    assert not [each for each in check(made.ret) if each.level is Level.ERROR]
    assert not [code for code in codes(check(made.ret)) if code.startswith("GTGT01-BS")]
    assert made.ret.header["loaiTKhai"] == "B"
    assert made.ret.header["soLan"] == "1"
    assert (box(made, "02"), box(made, "04"), box(made, "06")) == ("11020260000001", "1", "0100109106")


def test_interest_of_a_supplement_may_run_through_two_rates() -> None:
    """Period 5/2016 due 20/6/2016, paid 11/7: 5,000,000 × (10 × 0.05 % + 10 × 0.03 %) = 25,000 + 15,000."""
    made = supplemented(SALES, MORE, "2016-05", on=date(2016, 7, 11))
    assert made.interest is not None
    assert [stretch.days for stretch in made.interest.stretches] == [10, 10]
    assert (box(made, "3a.1"), box(made, "3a.2"), box(made, "3b")) == ("2016-07-10", 20, 40_000)


def test_what_was_paid_in_before_lowers_the_interest() -> None:
    """5,000,000 × 0.03 % × 10 (21–30/8) + 1,000,000 × 0.03 % × 83 (31/8–21/11) = 15,000 + 24,900."""
    made = supplemented(SALES, MORE, payments=(Payment(date(2026, 8, 31), 4_000_000),))
    assert box(made, "3b") == 39_900


def test_a_due_day_that_was_put_off_counts_instead_of_the_laws() -> None:
    """Due 20/11 by an extension, paid 22/11: 21/11 is one day, 1,500."""
    made = supplemented(SALES, MORE, due=date(2026, 11, 20))
    assert (made.due, box(made, "3a.2"), box(made, "3b")) == (date(2026, 11, 20), 1, 1_500)


def test_tax_that_falls_bears_no_interest() -> None:
    made = supplemented(MORE, SALES)
    assert codes(made.findings) == ["SUPP-DECREASE"]
    assert (box(made, "10"), box(made, "3a.1"), box(made, "3b")) == (-5_000_000, None, None)
    assert made.interest is None


@pytest.mark.error("SUPP-CREDIT")
def test_credit_carried_forward_that_changes_goes_to_section_ii_and_to_the_period_of_discovery() -> None:
    """Input tax 30 → 28 million: [43] 20 → 18 million."""
    less = {**CREDIT_LEFT, "25": 28_000_000}
    made = supplemented(CREDIT_LEFT, less)
    assert codes(made.findings) == ["SUPP-CREDIT"]
    assert rows(made, "khbs_payable") == []
    assert rows(made, "khbs_credit") == [
        {"tieu_muc": "1701", "2": "Thuế giá trị gia tăng còn được khấu trừ", "3": -2_000_000}
    ]
    assert (box(made, "10"), box(made, "12")) == (None, -2_000_000)
    assert (box(made, "08", "PL01_1_KHBS"), box(made, "3b")) == (-2_000_000, None)


@pytest.mark.near_miss("SUPP-CREDIT")
def test_credit_that_turns_into_tax_payable_changes_both_sections() -> None:
    """Input tax 30 → 4 million: [43] 20 → 0, [40] 0 → 6 million; 6,000,000 × 0.03 % × 93 = 167,400."""
    made = supplemented(CREDIT_LEFT, {**CREDIT_LEFT, "25": 4_000_000})
    assert made.findings == ()
    assert (box(made, "10"), box(made, "12"), box(made, "3b")) == (6_000_000, -20_000_000, 167_400)


@pytest.mark.error("SUPP-REFUND-LESS", "SUPP-REFUND-MORE")
@pytest.mark.near_miss("SUPP-REFUND-LESS", "SUPP-REFUND-MORE")
def test_a_refund_asked_for_goes_to_section_iii() -> None:
    asked = {**CREDIT_LEFT, "42": 5_000_000}
    made = supplemented(CREDIT_LEFT, asked)
    assert codes(made.findings) == ["SUPP-CREDIT", "SUPP-REFUND-MORE"]
    assert (box(made, "12"), box(made, "13")) == (-5_000_000, 5_000_000)
    back = supplemented(asked, CREDIT_LEFT)
    assert codes(back.findings) == ["SUPP-CREDIT", "SUPP-REFUND-LESS"]


@pytest.mark.near_miss("SUPP-NOTHING")
@pytest.mark.error("SUPP-NOTHING")
def test_a_supplement_that_changes_nothing_is_an_error_and_its_appendices_are_empty() -> None:
    made = supplemented(SALES, {**SALES, "23": 0})
    assert codes(made.findings) == ["SUPP-NOTHING"]
    assert has_errors(made.findings)
    assert made.differences == ()
    assert made.ret.tables["khbs_parts"] == ()
    assert codes(supplemented(SALES, {**SALES, "23": 1}).findings) == []


def test_the_second_supplement_counts_from_the_first_and_drops_what_the_first_said() -> None:
    """First return 10 million, supplement 1 15 million, supplement 2 18 million: +3, not +8."""
    first = supplemented(SALES, MORE, reason="Sót hoá đơn số 12")
    edited = replace(first.ret, values={**first.ret.values, "32": 180_000_000, "33": 18_000_000})
    second = supplement(first.ret, edited, Occasion(2, ON, reason="Sót hoá đơn số 13"))
    assert second.findings == ()
    assert (box(second, "10"), box(second, "04"), box(second, "04", "PL01_1_KHBS")) == (3_000_000, "2", "2")
    assert {row["8"] for row in changes(second).values()} == {"Sót hoá đơn số 13"}
    assert changes(second)["Tờ khai 01/GTGT", "[40]"]["4"] == 15_000_000


@pytest.mark.error("SUPP-NUMBER")
@pytest.mark.near_miss("SUPP-NUMBER")
def test_a_supplement_out_of_turn_is_refused() -> None:
    assert codes(supplemented(SALES, MORE, number=2).findings) == ["SUPP-NUMBER"]
    assert codes(supplemented(SALES, MORE, number=1).findings) == []


@pytest.mark.error("SUPP-OTHER-RETURN")
@pytest.mark.near_miss("SUPP-OTHER-RETURN")
@pytest.mark.parametrize(
    "other",
    [
        filed(MORE, "2026-06"),
        filed(MORE, header={**HEADER, "mst": "0100109107"}),
        filed({**MORE, "hoat_dong_ma": "02"}),
        filed({"22": 1}, code="03/GTGT"),
    ],
)
def test_returns_of_another_form_period_taxpayer_or_activity_are_no_correction(other: Return) -> None:
    made = supplement(filed(SALES), other, Occasion(1, ON))
    assert codes(made.findings) == ["SUPP-OTHER-RETURN"]
    assert made.ret is other
    assert (
        codes(supplement(filed(SALES), filed({**MORE, "hoat_dong_ma": "00"}), Occasion(1, ON)).findings) == []
    )


def test_what_a_person_wrote_in_the_appendices_is_kept_when_they_are_filled_again() -> None:
    made = supplemented(SALES, MORE)
    (part,) = made.ret.tables["khbs_parts"]
    written = tuple(
        Row({**row.values, "8": f"Lý do {row.values['3']}"}) for row in part.children["khbs_changes"]
    )
    typed = replace(
        made.ret,
        values={**made.ret.values, "33": 14_000_000},
        totals={**made.ret.totals, "PL01_KHBS": {**made.ret.totals["PL01_KHBS"], "quyet_dinh_so": "12/QĐ"}},
        tables={
            **made.ret.tables,
            "khbs_parts": (Row(part.values, {"khbs_changes": written}),),
            "khbs_documents": (Row({"ten": "Hoá đơn số 12"}),),
        },
    )
    again = supplement(filed(SALES), typed, Occasion(1, ON))
    assert box(again, "10") == 4_000_000
    assert changes(again)["Tờ khai 01/GTGT", "[40]"]["8"] == "Lý do [40]"
    assert box(again, "quyet_dinh_so") == "12/QĐ"
    assert rows(again, "khbs_documents") == [{"ten": "Hoá đơn số 12"}]


def test_figures_of_an_earlier_filling_do_not_stay_behind() -> None:
    """Filled for +5 million, then corrected to −2: nothing of the 5 million or its interest is left."""
    made = supplemented(SALES, MORE)
    less = replace(made.ret, values={**made.ret.values, "33": 8_000_000, "32": 80_000_000})
    again = supplement(filed(SALES), less, Occasion(1, ON))
    assert (box(again, "10"), box(again, "07", "PL01_1_KHBS")) == (-2_000_000, -2_000_000)
    assert (box(again, "3a.1"), box(again, "3a.2"), box(again, "3b")) == (None, None, None)
    back = replace(made.ret, values={**made.ret.values, "33": 10_000_000, "32": 110_000_000})
    none = supplement(filed(SALES), back, Occasion(1, ON))
    assert (box(none, "10"), box(none, "07", "PL01_1_KHBS"), box(none, "3b")) == (None, None, None)


def test_interest_taken_off_that_a_person_wrote_is_kept() -> None:
    made = supplemented(MORE, SALES)
    main = {**made.ret.totals["PL01_KHBS"], "3b": -30_000}
    written = replace(made.ret, totals={**made.ret.totals, "PL01_KHBS": main})
    assert box(supplement(filed(MORE), written, Occasion(1, ON)), "3b") == -30_000


@pytest.mark.error("SUPP-BEFORE-DUE")
@pytest.mark.near_miss("SUPP-BEFORE-DUE")
def test_before_the_due_day_has_passed_a_return_is_replaced_not_supplemented() -> None:
    assert codes(supplemented(SALES, MORE, on=date(2026, 8, 20)).findings) == ["SUPP-BEFORE-DUE"]
    made = supplemented(SALES, MORE, on=date(2026, 8, 21))
    assert (made.findings, box(made, "3b")) == ((), None)


@pytest.mark.error("SUPP-STANDING")
def test_a_filed_return_whose_sums_do_not_add_up_is_pointed_out_and_counts_as_declared() -> None:
    """[40] was declared 9 million where its boxes make 10; the correction to 15 raises it by 6."""
    standing = filed(SALES)
    odd = replace(standing, values={**standing.values, "40": 9_000_000})
    made = supplement(odd, filed(MORE), Occasion(1, ON))
    assert (codes(made.findings), box(made, "10")) == (["SUPP-STANDING"], 6_000_000)


@pytest.mark.near_miss("SUPP-STANDING")
def test_a_supplement_may_be_filed_on_a_newer_version_of_the_same_form() -> None:
    standing = filed(SALES)
    older = replace(standing.form, xml={**standing.form.xml, "pbanTKhaiXML": "2.8.2"})
    assert supplement(replace(standing, form=older), filed(MORE), Occasion(1, ON)).findings == ()


@pytest.mark.error("SUPP-NO-RATE")
@pytest.mark.near_miss("SUPP-NO-RATE")
def test_a_debt_older_than_the_stored_rates_is_told() -> None:
    made = supplemented(SALES, MORE, due=date(2006, 8, 20))
    assert (codes(made.findings), box(made, "3b")) == (["SUPP-NO-RATE"], None)
    assert codes(supplemented(SALES, MORE, due=date(2007, 7, 1)).findings) == []


@pytest.mark.error("SUPP-NO-DUE")
def test_a_form_without_a_deadline_has_its_taxes_but_no_interest() -> None:
    other = replace(form_of("01/GTGT", "2026-07"), code="99/XYZ")
    made = supplement(replace(filed(SALES), form=other), replace(filed(MORE), form=other), Occasion(1, ON))
    assert (codes(made.findings), box(made, "10"), box(made, "3b")) == (["SUPP-NO-DUE"], 5_000_000, None)


@pytest.mark.error("SUPP-NO-APPENDIX")
def test_a_form_without_the_appendix_lists_what_changed_and_says_so() -> None:
    before, after = filed({"21": 5}, "2019-03", "05/KK-TNCN"), filed({"21": 6}, "2019-03", "05/KK-TNCN")
    made = supplement(before, after, Occasion(1, ON))
    assert codes(made.findings) == ["SUPP-NO-APPENDIX"]
    assert [each.cell for each in made.differences] == ["21"]
    assert made.taxes == ()


@pytest.mark.near_miss("SUPP-NO-APPENDIX", "SUPP-NO-DUE")
def test_tax_withheld_from_wages_is_the_tax_of_05_kk() -> None:
    """[30] 7 → 9 million, Q3/2026 due 2/11/2026: 3/11–21/11 are 19 days, 2,000,000 × 0.03 % × 19 = 11,400."""
    made = supplement(
        filed({"27": 100_000_000, "30": 7_000_000}, "2026-Q3", "05/KK-TNCN"),
        filed({"27": 100_000_000, "30": 9_000_000}, "2026-Q3", "05/KK-TNCN"),
        Occasion(1, ON),
    )
    assert [(tax.section, tax.subhead, tax.change) for tax in made.taxes] == [(PAYABLE, "1001", 2_000_000)]
    assert (box(made, "10"), box(made, "3b")) == (2_000_000, 11_400)


@pytest.mark.error("SUPP-DECREASE")
def test_a_tax_that_falls_does_not_pay_for_one_that_rises() -> None:
    """06/TNCN 7/2026: securities −3 million, prizes +2 million: 2,000,000 × 0.03 % × 93 = 55,800."""
    made = supplement(
        filed({"28": 5_000_000, "34": 1_000_000}, code="06/TNCN"),
        filed({"28": 2_000_000, "34": 3_000_000}, code="06/TNCN"),
        Occasion(1, ON),
    )
    assert {tax.subhead: tax.change for tax in made.taxes} == {"1015": -3_000_000, "1007": 2_000_000}
    assert (box(made, "10"), box(made, "3b")) == (-1_000_000, 55_800)
    assert codes(made.findings) == ["SUPP-DECREASE"]


@pytest.mark.error("SUPP-SUBHEAD")
@pytest.mark.near_miss("SUPP-SUBHEAD")
def test_a_tax_whose_subhead_goes_by_the_goods_is_pointed_out() -> None:
    made = supplement(
        filed({"11": 1_000_000}, code="01/XSBHĐC"),
        filed({"11": 3_000_000}, code="01/XSBHĐC"),
        Occasion(1, ON),
    )
    assert "SUPP-SUBHEAD" in codes(made.findings)
    assert "SUPP-SUBHEAD" not in codes(supplemented(SALES, MORE).findings)


def test_the_draft_of_a_supplement_starts_with_the_figures_and_without_the_old_appendices() -> None:
    first = supplemented(SALES, MORE)
    start = begun(first.ret, 2, ON)
    assert start.values == first.ret.values
    assert (start.header["soLan"], start.header["ngayKy"]) == ("2", "2026-11-22")
    assert not set(supplement_appendices()) & set(start.totals)
    assert not [name for name in start.tables if name.startswith("khbs")]


# -- rows


def listed(*people: tuple[str, int], period: str = "2025") -> Return:
    form = form_of("05/QTT-TNCN", period)
    given = tuple(Row({"07": name, "12": income}) for name, income in people)
    return Return(form, Period.parse(period), HEADER, {}, tables={"people": given})


def test_rows_are_matched_by_name_whatever_their_order() -> None:
    found = differences(listed(("AN", 5), ("BÌNH", 6)), listed(("BÌNH", 7), ("AN", 5)))
    assert [(each.cell, each.row, each.declared, each.corrected) for each in found] == [
        ("people[12]", "BÌNH", 6, 7)
    ]


def test_a_row_that_comes_in_or_goes_out_changes_from_or_to_blank() -> None:
    found = differences(listed(("AN", 5)), listed(("CHI", 5)))
    assert [(each.field.code, each.row, each.declared, each.corrected) for each in found] == [
        ("07", "CHI", None, "CHI"), ("12", "CHI", None, 5), ("07", "AN", "AN", None), ("12", "AN", 5, None),
    ]  # fmt: skip
    assert [each.amount for each in found] == [None, 5, None, -5]


def test_two_rows_of_one_name_are_taken_in_turn() -> None:
    found = differences(listed(("AN", 5), ("AN", 6)), listed(("AN", 5), ("AN", 8)))
    assert [(each.declared, each.corrected) for each in found] == [(6, 8)]


# -- every form


SUPPLEMENTED = [form for form in forms() if form.appendices.keys() >= set(supplement_appendices())]


def test_every_form_with_01_khbs_and_01_1_khbs_says_what_of_it_is_tax_and_no_other_does() -> None:
    """01/NTNN before 2022 has the explanation 01/KHBS of circular 156/2013 alone."""
    assert len(SUPPLEMENTED) >= 21
    others = [form for form in forms() if (form.supplement is not None) != (form in SUPPLEMENTED)]
    assert [(form.code, form.basis) for form in others] == [("01/NTNN", "TT103/2014/TT-BTC")]


def _filled(table: Table) -> dict[str, Value]:
    return {code: 1_000 for code, column in table.columns.items() if column.kind in ("money", "number")}


@pytest.mark.near_miss("RET-BOX", "RET-TYPE")
@pytest.mark.parametrize("form", SUPPLEMENTED, ids=lambda form: f"{form.code} {form.basis}")
def test_every_such_form_fills_its_own_appendices(form: Form) -> None:
    """777 đồng of each tax declared, then every box typed: 01/KHBS totals what the lines of tax say."""
    assert form.supplement is not None
    period = next(
        found
        for text in ("2025-07", "2025-Q3", "2025", "2026-07", "2026-Q3", "2026", "2025-07-07", "2016-07")
        if (found := Period.parse(text)).kind in form.periods
        and form.valid_from <= found.start <= (form.valid_to or date.max)
    )
    taxes = [line for section in SECTIONS for line in getattr(form.supplement, section)]
    before = Return(form, period, HEADER, {code: 777 for line in taxes for code in line.boxes})
    typed = {code: 1_000_000 for code, box in form.fields.items() if box.kind == "money" and box.is_typed}
    lines = {name: (Row(_filled(table)),) for name, table in form.main_tables.items()}
    made = supplement(before, replace(before, values=typed, tables=lines), Occasion(1, ON))
    assert codes([each for each in made.findings if each.level is Level.ERROR]) == []
    assert made.taxes
    for section, code in ((PAYABLE, "10"), (CREDIT, "12"), (REFUND, "13")):
        wanted = total(made.taxes, section)
        assert made.ret.totals["PL01_KHBS"].get(code) == wanted
    assert not [each for each in check(made.ret) if each.code in ("RET-DIFFERS", "RET-TYPE", "RET-BOX")]


# -- properties


AMOUNTS = st.integers(0, 10**12)
VALUES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("22", "23", "24", "25", "26", "29", "30", "31", "32", "33", "42"), AMOUNTS),
)


def number(value: Value) -> int:
    """A whole amount, a blank as 0."""
    assert value is None or isinstance(value, int | Decimal)
    return int(value or 0)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES)
def test_declared_plus_what_01_1_khbs_says_is_the_corrected_return(
    before: dict[str, int], after: dict[str, int]
) -> None:
    made = supplemented(before, after)
    standing = filed(before)
    told = {code: row for (_, code), row in changes(made).items()}
    for code, value in made.ret.values.items():
        if made.ret.form.fields[code].kind == "money":
            difference = number(told.get(f"[{code}]", {}).get("6"))
            assert number(standing.values.get(code)) + difference == number(value)
    taxes = {section: total(made.taxes, section) or 0 for section in (PAYABLE, CREDIT, REFUND)}
    assert sum(number(row["7"]) for row in told.values()) == sum(taxes.values())
    assert number(standing.values["40"]) + taxes[PAYABLE] == number(made.ret.values["40"])


@settings(max_examples=30, deadline=None)
@given(VALUES, VALUES)
def test_interest_is_never_below_zero_and_only_where_tax_rises(
    before: dict[str, int], after: dict[str, int]
) -> None:
    """93 days at 0.03 %, rounded half up: rise × 279 / 10,000."""
    made = supplemented(before, after)
    rise = number(made.ret.values["40"]) - number(filed(before).values["40"])
    assert number(box(made, "3b")) == (max(0, rise) * 279 * 2 + 10_000) // 20_000
