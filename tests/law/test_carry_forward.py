"""What a return takes over from the period before it, and what a new one starts with."""

from dataclasses import replace

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for
from khaithue.returns.compute import compute
from khaithue.returns.model import Return, Row, Value
from khaithue.returns.prefill import prefill
from tests.law.law_cases import HEADER, scenarios


def _blank(code: str, period: str, values: dict[str, Value] | None = None) -> Return:
    parsed = Period.parse(period)
    form = find_for(code, parsed, parsed.end)
    assert form is not None
    return Return(form, parsed, HEADER, values or {})


def test_the_credit_carried_forward_is_the_opening_credit_of_the_next_period() -> None:
    first = next(each for each in scenarios() if each.name.endswith("exempt-sales-q2-2026"))
    second = prefill(_blank("01/GTGT", "2026-Q3"), compute(first.filed))
    assert second.values["22"] == 31_272_863


def test_the_chain_of_credits_runs_through_a_year_without_a_gap() -> None:
    # Each month buys with 10 million of tax and sells with less: the credit only grows.
    months = [prefill(_blank("01/GTGT", "2026-01", {"22": 0}))]
    for number, output in enumerate((4, 0, 25, 7, 10), 1):
        bought = {"24": 10_000_000, "25": 10_000_000, "33": output * 1_000_000}
        months[-1] = compute(replace(months[-1], values={**months[-1].values, **bought}))
        months.append(prefill(_blank("01/GTGT", f"2026-{number + 1:02}"), months[-1]))
    # 6; 16; 16 - 15 = 1; 1 + 3 = 4; 4
    assert [month.values["22"] for month in months] == [
        0,
        6_000_000,
        16_000_000,
        1_000_000,
        4_000_000,
        4_000_000,
    ]


def test_a_first_return_starts_without_the_appendices_of_a_supplement() -> None:
    for code, period in (("01/GTGT", "2026-05"), ("05/KK-TNCN", "2026-Q2"), ("05/QTT-TNCN", "2025")):
        assert prefill(_blank(code, period)).totals == {}


def test_a_supplement_says_itself_which_return_it_changes() -> None:
    blank = _blank("01/GTGT", "2026-05")
    supplement = prefill(
        replace(blank, header={**HEADER, "loaiTKhai": "B", "soLan": "2", "kyKKhai": "05/2026"})
    )
    assert {code: supplement.totals["PL01_KHBS"][code] for code in ("01", "03", "04", "05", "06")} == {
        "01": "TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG (Mẫu số 01/GTGT)",
        "03": "05/2026",
        "04": "2",
        "05": "CÔNG TY TNHH MẪU",
        "06": "0100109106",
    }


def test_a_finalisation_counts_its_people_from_the_lists() -> None:
    people = (
        Row({"10": True, "12": 100, "16": 1, "22": 5}),
        Row({"10": False, "12": 200, "14": 50, "22": 0}),
    )
    others = (Row({"10": True, "11": 30, "15": 6}), Row({"10": False, "11": 40, "13": 40}))
    blank = replace(_blank("05/QTT-TNCN", "2025"), tables={"people": people, "flat_rate_people": others})
    counted = prefill(blank).values
    asked = ("16", "17", "19", "20", "21", "22", "29", "30")
    assert [counted.get(code) for code in asked] == [4, 2, 1, 1, 2, 1, 100, 30]


def test_the_ordinary_activity_is_what_an_unnamed_one_means() -> None:
    values = prefill(_blank("01/GTGT", "2026-05")).values
    assert (values["hoat_dong_ma"], values["tieu_muc"]) == ("00", "1701")
    assert values["01a"] == "Hoạt động sản xuất kinh doanh thông thường"
