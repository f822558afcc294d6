"""Business people, sellers of real estate and capital, foreign contractors: form and law tax alike."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for
from khaithue.returns.check import check
from khaithue.returns.compute import compute
from khaithue.returns.model import Return, Row, Value
from khaithue.returns.prefill import prefill
from tests.law.law_cases import HEADER
from tests.law.oracle_business import (
    BILLION,
    TRADES,
    Contract,
    agent,
    capital_sold,
    grossed_up,
    household_line,
    household_year,
    letting,
    real_estate_given,
    real_estate_sold,
    securities_sold,
)

MONEY = st.integers(0, 80 * BILLION)
SMALL = st.integers(0, 5 * BILLION)
TRADE = st.sampled_from(sorted(TRADES))
QUARTER = "2026-Q1"


def filed(code: str, period: str, values: dict[str, Any], **tables: tuple[Row, ...]) -> Return:
    parsed = Period.parse(period)
    form = find_for(code, parsed, date(2026, 8, 1) if period > "2026" else parsed.end)
    assert form is not None
    return Return(form, parsed, HEADER, values, {}, tables)


def done(code: str, period: str, values: dict[str, Any], **tables: tuple[Row, ...]) -> Return:
    return compute(filed(code, period, values, **tables))


def broken(ret: Return) -> set[str]:
    return {finding.code for finding in check(ret)}


# -- household businesses from 2026


@settings(max_examples=200, deadline=None)
@given(MONEY, MONEY, SMALL)
@example(BILLION, 0, 0)
@example(BILLION + 1, 0, 0)
@example(3 * BILLION, 1, 0)
@example(3 * BILLION + 1, 1, 0)
@example(50 * BILLION, 3, 0)
@example(50 * BILLION + 1, 3, 0)
def test_a_household_s_year_on_profit(revenue: int, cost: int, withheld: int) -> None:
    typed = {"11": revenue, "11a": revenue, "12": cost, "16": withheld}
    ret = compute(prefill(filed("02/CNKD-TNCN-QTT", "2026", typed)))
    law = household_year(revenue, cost, withheld)
    assert ret.values["14"] == law.percent
    assert (ret.values["15"], ret.values["17"], ret.values["18"]) == (law.tax, law.remaining, law.overpaid)
    assert "QTTCN-14" not in broken(ret)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 80 * BILLION), st.sampled_from([0, 15, 17, 20]))
def test_no_other_share_of_profit_is_taken(revenue: int, percent: int) -> None:
    ret = done("02/CNKD-TNCN-QTT", "2026", {"11": revenue, "14": Decimal(percent)})
    assert ("QTTCN-14" in broken(ret)) == (percent != household_year(revenue, 0, 0).percent)


LINE = st.tuples(TRADE, SMALL, st.booleans(), st.integers(0, 3 * 10**8))


def _place(lines: list[tuple[str, int, bool, int]]) -> tuple[Row, list[tuple[int, int]]]:
    """A place of business with a line for each trade, taxed as the law says."""
    taxes, rows = [], []
    for trade, revenue, cut, deducted in lines:
        vat, pit = household_line(trade, revenue, min(deducted, revenue), cut=cut)
        taxes.append((vat, pit))
        said = {"11": revenue, "12": vat, "13": revenue, "14": min(deducted, revenue), "15": pit}
        rows.append(Row({"09": trade, **said}))
    return Row({}, {"fixed_lines": tuple(rows)}), taxes


@settings(max_examples=120, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=4))
def test_the_tax_of_a_household_on_revenue_is_the_sum_of_its_trades_and_passes_the_checks(
    lines: list[tuple[str, int, bool, int]],
) -> None:
    place, taxes = _place(lines)
    ret = done("01/CNKD", QUARTER, {"nop_tren_doanh_thu": True}, fixed_places=(place,))
    assert ret.values["18.12"] == sum(vat for vat, _ in taxes)
    assert ret.values["18.15"] == sum(pit for _, pit in taxes)
    assert not broken(ret) & {"CNKD26-GTGT-CD", "CNKD26-TNCN-CD", "CNKD26-TRU-CD"}


@settings(max_examples=80, deadline=None)
@given(st.integers(100_000_000, 5 * BILLION), st.sampled_from([50, 1_000, 2_000]))
def test_a_tax_that_fits_no_trade_is_asked_about(revenue: int, ten_thousandths: int) -> None:
    wrong = revenue * ten_thousandths // 10_000
    row = Row({"11": revenue, "12": wrong, "13": revenue, "15": revenue // 10})
    ret = done("01/CNKD", QUARTER, {}, fixed_places=(Row({}, {"fixed_lines": (row,)}),))
    assert {"CNKD26-GTGT-CD", "CNKD26-TNCN-CD"} <= broken(ret)


@settings(max_examples=120, deadline=None)
@given(SMALL, st.integers(0, BILLION), st.integers(0, 10**8), st.booleans())
def test_letting_real_estate_from_2026(revenue: int, deducted: int, fines: int, below: bool) -> None:
    lease = Row({"09": revenue, "10": deducted, "11": fines})
    typed = {"khong_qua_nguong": below}
    ret = compute(prefill(done("01/BĐS", "2026-H1", typed, leases=(lease,))))
    vat, pit = letting(revenue, deducted, fines, below=below)
    (row,) = ret.tables["leases"]
    assert (row.values["12"], row.values["13"]) == (vat, pit)
    assert (ret.values["11"], ret.values["15"], ret.values["18"]) == (vat, pit, vat + pit)


# -- business individuals of circular 40/2021


BOXES = {"28": "goods", "29": "services", "30": "production", "31": "other"}


@settings(max_examples=100, deadline=None)
@given(st.lists(SMALL, min_size=4, max_size=4))
def test_the_trades_of_01_cnkd_of_circular_40_add_up_and_pass_at_the_rates_of_the_law(
    revenues: list[int],
) -> None:
    typed: dict[str, Any] = {"nop_ke_khai": True}
    vats, pits = [], []
    for (box, trade), revenue in zip(BOXES.items(), revenues, strict=True):
        vat, pit = household_line(trade, revenue, 0, cut=False)
        vats.append(vat)
        pits.append(pit)
        typed |= {f"{box}a": revenue, f"{box}b": vat, f"{box}c": revenue, f"{box}d": pit}
    ret = done("01/CNKD", "2025-Q1", typed)
    assert (ret.values["32a"], ret.values["32b"], ret.values["32d"]) == (sum(revenues), sum(vats), sum(pits))
    assert not {code for code in broken(ret) if code[:7] in {f"CNKD-{box}" for box in (*BOXES, "32")}}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(BOXES)), st.integers(100_000_000, 5 * BILLION))
def test_more_than_the_rate_of_a_trade_is_asked_about(box: str, revenue: int) -> None:
    vat, pit = household_line(BOXES[box], revenue, 0, cut=False)
    more = max(1_000, revenue // 10_000) + 2
    typed = {f"{box}a": revenue, f"{box}b": vat + more, f"{box}c": revenue, f"{box}d": pit + more}
    assert {f"CNKD-{box}B", f"CNKD-{box}D"} <= broken(done("01/CNKD", "2025-Q1", typed))


@settings(max_examples=60, deadline=None)
@given(SMALL, st.integers(0, 10**8))
def test_rent_of_circular_40_at_the_rates_of_the_law_passes(rent: int, fines: int) -> None:
    vat, pit = letting(rent, 0, 0, below=False)
    _, on_fines = letting(0, 0, fines, below=True)
    typed = {"khai_dan_su": True, "23": rent, "24": rent, "25": vat, "26": pit, "27": fines, "28": on_fines}
    ret = done("01/TTS", "2025-Q1", typed)
    assert ret.values["29"] == pit + on_fines
    assert not broken(ret) & {"TTS-25", "TTS-25B", "TTS-26", "TTS-28"}


# -- agents of lotteries, insurers and multi-level sellers


AGENTS = {
    "lottery": ("08", "09", "10", "11"),
    "insurance": ("12", "13", "14", "15"),
    "sellers": ("19", "20", "21", "22"),
}
"""Of each kind: what was paid, the part that tax is withheld from, the tax, and the tax withheld."""


@settings(max_examples=80, deadline=None)
@given(st.lists(SMALL, min_size=3, max_size=3))
def test_five_percent_is_withheld_from_agents_and_the_kinds_add_up(paid: list[int]) -> None:
    typed: dict[str, Any] = {}
    for boxes, revenue in zip(AGENTS.values(), paid, strict=True):
        tax = agent(revenue)
        figures = zip(boxes, (revenue, revenue, tax, tax), strict=True)
        typed |= {code + more: figure for code, figure in figures for more in ("", "_luy_ke")}
    ret = done("01/XSBHĐC", QUARTER, typed)
    assert ret.values["23"] == ret.values["23_luy_ke"] == sum(agent(revenue) for revenue in paid)
    assert not {code for code in broken(ret) if code.startswith(("XSBH26-1", "XSBH26-2", "XSBH26-LK"))}


# -- real estate, capital, securities


DAYS = st.integers(0, 1_700).map(lambda days: date(2022, 1, 1) + timedelta(days))


@settings(max_examples=150, deadline=None)
@given(MONEY, MONEY, DAYS)
@example(10_000_000, 0, date(2026, 6, 30))
@example(20_000_000, 0, date(2026, 6, 30))
@example(20_000_001, 0, date(2026, 7, 1))
def test_real_estate_sold_or_given(price: int, exempt: int, day: date) -> None:
    """The form rounds the tax and its exempt part apart: a đồng either way."""
    assume(exempt <= price)
    sold = done("03/BĐS-TNCN", day.isoformat(), {"44.1": True, "45": price, "47": exempt}).values
    assert abs(_whole(sold["49"]) - real_estate_sold(price, exempt)) <= 1
    assert sold["50"] == 0
    given_away = done("03/BĐS-TNCN", day.isoformat(), {"44.2": True, "45": price, "47": exempt}).values
    assert given_away["50"] == real_estate_given(price, exempt, day)
    assert given_away["49"] == 0


def _whole(value: Value) -> int:
    assert isinstance(value, int)
    return value


@settings(max_examples=100, deadline=None)
@given(MONEY, MONEY, st.integers(0, 2_500))
def test_real_estate_of_circular_92(price: int, exempt: int, days: int) -> None:
    assume(exempt <= price)
    day = date(2015, 1, 1) + timedelta(days)
    sold = done("03/BĐS-TNCN", day.isoformat(), {"40a": True, "41": price, "42": exempt}).values
    assert (sold["43"], sold["44"]) == (real_estate_sold(price, exempt), 0)
    given_away = done("03/BĐS-TNCN", day.isoformat(), {"40b": True, "41": price, "42": exempt}).values
    assert (given_away["43"], given_away["44"]) == (0, real_estate_given(price, exempt, day))


SALE = st.tuples(SMALL, SMALL, SMALL)


@settings(max_examples=100, deadline=None)
@given(st.lists(SALE, min_size=1, max_size=4), st.lists(SMALL, min_size=1, max_size=4))
def test_capital_and_securities_declared_for_the_sellers(
    sales: list[tuple[int, int, int]], prices: list[int]
) -> None:
    """A seller's loss takes nothing off another's gain."""
    shares = tuple(Row({"15": price, "16": cost, "17": spent}) for price, cost, spent in sales)
    papers = tuple(Row({"39": price}) for price in prices)
    typed = {"khai_thay_von": True, "khai_thay_chung_khoan": True}
    ret = done("04/CNV-TNCN", "2025-05", typed, capital_sellers=shares, securities_sellers=papers)
    assert ret.values["43"] == sum(capital_sold(*sale) for sale in sales)
    assert ret.values["47"] == sum(securities_sold(price) for price in prices)


@settings(max_examples=60, deadline=None)
@given(SALE, SMALL)
def test_capital_and_securities_declared_by_the_seller(sale: tuple[int, int, int], price: int) -> None:
    typed = dict(zip(("37", "38", "39"), sale, strict=True)) | {"44": price}
    ret = done("04/CNV-TNCN", "2025-05-05", typed)
    assert (ret.values["41"], ret.values["45"]) == (capital_sold(*sale), securities_sold(price))


# -- foreign contractors


CONTRACT = st.builds(Contract, SMALL, st.sampled_from([0, 1, 2, 3, 5]), st.sampled_from([0, 1, 2, 5, 10]))
COLUMNS = {
    "2025-05": ("5", "7", "8", "10", "11", "12", "14"),
    "2019-05": ("4", "6", "7", "9", "10", "11", "13"),
}
"""Net price, VAT base and share, CIT base and share, treaty relief, both taxes: by circular."""


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(CONTRACT, st.integers(0, 10**6)), min_size=1, max_size=4),
    st.sampled_from(sorted(COLUMNS)),
)
def test_a_contractor_paid_net_gets_the_price_when_both_taxes_are_taken_off_the_gross(
    contracts: list[tuple[Contract, int]], period: str
) -> None:
    """What the Vietnamese side withholds is the gross price less the net one, but for rounding and relief."""
    net, vat_base, vat, cit_base, income, relief, both = COLUMNS[period]
    rows, owed = [], 0
    for contract, spared in contracts:
        gross, cit = grossed_up(contract)
        said = {net: contract.net, vat_base: gross, cit_base: cit, relief: spared}
        rows.append(Row({**said, vat: Decimal(contract.vat), income: Decimal(contract.income)}))
        owed += gross - contract.net - spared
    ret = done("01/NTNN", period, {}, contractors=tuple(rows))
    assert abs(_whole(ret.values[f"tong_{both}"]) - owed) <= len(contracts)
    assert not broken(ret) & {"NTNN80-7", "NTNN80-10", "NTNN103-6", "NTNN103-9"}


# -- the list of letter 828/TCT-KK


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SMALL, SMALL, SMALL), min_size=1, max_size=6))
def test_the_list_of_withheld_tax_adds_up_column_by_column(people: list[tuple[int, int, int]]) -> None:
    rows = tuple(Row({"4": withheld, "5": paid, "6": offset}) for withheld, paid, offset in people)
    values = done("DS_CTIET_TNCN", "2025-05-05", {}, people=rows).values
    sums = [values[code] for code in ("tong_khau_tru", "tong_da_nop", "tong_bu_tru")]
    assert sums == [sum(column) for column in zip(*people, strict=True)]
