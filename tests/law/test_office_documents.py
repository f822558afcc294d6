"""The notices and decisions of the tax office agree with the returns they answer and print without gaps."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from khaithue.obligations.period import Period
from khaithue.printing.letter import DOTS
from khaithue.printing.pdf import pdf
from khaithue.returns.catalogue import find_for
from khaithue.returns.compute import compute
from khaithue.returns.model import Return, Row, Value
from tests.law.law_cases import Scenario, scenarios

MONEY = st.integers(0, 10**12)
DAY, YEAR = Period.parse("2018-05-10"), Period.parse("2018")
WHOLE_LETTERS = {
    "03-TBT-BDS-TNCN/co-owned-house-2018",
    "01-TBT-CNKD/two-trades-2017",
    "01-CKTT-CNKD/market-2017",
    "01-QDHT/partly-offset-2018",
    "02-HT-TB/two-reasons-2018",
    "03-MGTH/flood-2018",
    "04-MGTH/compensated-2018",
}


def filled(
    code: str,
    period: Period,
    values: dict[str, Value],
    totals: dict[str, dict[str, Value]] | None = None,
    tables: dict[str, tuple[Row, ...]] | None = None,
) -> Return:
    form = find_for(code, period, period.end)
    assert form is not None
    return compute(Return(form, period, {}, values, totals or {}, tables or {}))


@settings(max_examples=40, deadline=None)
@given(price=MONEY, official=st.integers(1, 10**12), exempt=MONEY, inherited=st.booleans())
def test_the_notice_on_real_estate_asks_for_the_tax_of_part_b_of_the_return(
    price: int, official: int, exempt: int, inherited: bool
) -> None:
    exempt = min(exempt, official if inherited else max(price, official))
    declared = filled(
        "03/BĐS-TNCN",
        DAY,
        {"40a": not inherited, "40b": inherited},
        {"PHAN_B": {"A1": price, "A3": exempt}},
        {"land_values": (Row({"9.2": 1, "9.3": official}),)},
    )
    notice = filled(
        "03/TBT-BĐS-TNCN",
        DAY,
        {"loai": "2" if inherited else "1", "gia": price, "gia_ubnd": official, "mien": exempt},
    )
    assert notice.values["phai_nop"] == declared.totals["PHAN_B"]["thue"]


@settings(max_examples=40, deadline=None)
@given(turnover=st.integers(1, 10**9), group=st.sampled_from("1234"))
def test_the_public_list_names_the_tax_of_the_notice(turnover: int, group: str) -> None:
    row = Row({"nhom": group, "doanh_thu": turnover})
    notice = filled("01/TBT-CNKD", YEAR, {}, tables={"activities": (row,)})
    listed = filled("01/CKTT-CNKD", YEAR, {}, tables={"businesses": (row,)})
    assert listed.tables["businesses"][0].values["tong"] == notice.values["tong"]
    assert listed.tables["businesses"][0].values["khong_phai_nop"] == notice.values["khong_phai_nop"]


@settings(max_examples=40, deadline=None)
@given(due=MONEY, paid=MONEY, cost=MONEY, aid=MONEY, reason=st.sampled_from("123"))
def test_relief_is_the_damage_but_never_more_than_the_tax(
    due: int, paid: int, cost: int, aid: int, reason: str
) -> None:
    decision = filled(
        "03/MGTH",
        DAY,
        {"ly_do": reason, "thue_phai_nop": due, "da_nop": paid, "chi_phi": cost, "boi_thuong": aid},
    ).values
    relief = min(due, max(0, cost - aid))
    assert decision["duoc_giam"] == relief
    assert (decision["con_nop"], decision["nop_thua"]) == (
        max(0, due - relief - paid),
        max(0, paid - due + relief),
    )


def test_every_letter_has_a_case_that_fills_it() -> None:
    assert {case.name for case in scenarios()} >= WHOLE_LETTERS


@pytest.mark.parametrize(
    "case", [case for case in scenarios() if case.name in WHOLE_LETTERS], ids=lambda case: case.name
)
def test_a_filled_document_is_printed_without_a_gap(case: Scenario) -> None:
    pages = PdfReader(BytesIO(pdf(compute(case.filed)))).pages
    text = "".join(page.extract_text() for page in pages)
    assert case.filed.form.code in text
    assert DOTS not in text
