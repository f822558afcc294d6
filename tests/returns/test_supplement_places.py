"""What a supplement says beside the tax: shares of places, a refund paid back, the paper of circular 156."""

from datetime import date
from typing import Any

import pytest

from khaithue.returns.model import Return, Row, Value
from khaithue.returns.supplement import Supplement, supplement
from khaithue.returns.tax_changes import Occasion, Refund
from tests.returns.test_supplement import CREDIT_LEFT, ON, SALES, box, codes, filed, rows, supplemented

PLACE = ("2", "3", "4", "5", "6")


def factory(name: str, sales: int, *, office: str = "Thuế cơ sở 1", short: int | None = None) -> Row:
    where = {"09": name, "10": "0100109106-001", "11": "Phường Kinh Bắc", "12": "Bắc Ninh", "13": office}
    return Row({**where, "15": sales, "21": short})


def made_at(*factories: Row) -> Return:
    return filed(SALES, tables={"factory_units": factories})


def places(made: Supplement) -> dict[Value, list[tuple[Value, Value]]]:
    """By appendix: the name of each place and its change."""
    return {
        paper.values["2"]: [(row.values["2"], row.values["7"]) for row in paper.children["khbs_allocations"]]
        for paper in made.ret.tables["khbs_appendices"]
    }


def test_the_share_of_each_place_changes_by_what_its_appendix_says() -> None:
    """Goods taxed at 10 %: 2 % of the turnover without tax goes to the place (điểm c khoản 2 Điều 13, TT80).

    Factory A 500 → 650 million: 10 → 13 million, +3. B 300 → 200: 6 → 4 million, −2. C as it was.
    """
    before = made_at(factory("A", 500_000_000), factory("B", 300_000_000), factory("C", 7_000_000))
    after = made_at(factory("A", 650_000_000), factory("B", 200_000_000), factory("C", 7_000_000))
    made = supplement(before, after, Occasion(1, ON))
    assert places(made) == {"Phụ lục 01-6/GTGT": [("A", 3_000_000), ("B", -2_000_000)]}
    assert (box(made, "11"), box(made, "10"), box(made, "3b")) == (1_000_000, None, None)
    (paper,) = made.ret.tables["khbs_appendices"]
    first = paper.children["khbs_allocations"][0].values
    assert [first[code] for code in PLACE] == [
        "A", "0100109106-001", "Phường Kinh Bắc", "Bắc Ninh", "Thuế cơ sở 1",
    ]  # fmt: skip


def test_where_the_tax_does_not_do_for_all_places_the_shares_of_that_case_count() -> None:
    """[21] takes the place of [17]: 4 → 5 million, whatever the turnover says."""
    before = made_at(factory("A", 500_000_000, short=4_000_000))
    made = supplement(before, made_at(factory("A", 650_000_000, short=5_000_000)), Occasion(1, ON))
    assert places(made) == {"Phụ lục 01-6/GTGT": [("A", 1_000_000)]}


def test_tax_sent_to_the_wrong_office_goes_from_the_one_to_the_other() -> None:
    before = made_at(factory("A", 500_000_000))
    made = supplement(before, made_at(factory("A", 500_000_000, office="Thuế cơ sở 2")), Occasion(1, ON))
    assert places(made) == {"Phụ lục 01-6/GTGT": [("A", 10_000_000), ("A", -10_000_000)]}
    assert box(made, "11") == 0


def test_the_provinces_of_a_power_plant_stand_below_it() -> None:
    """A plant's tax of 10 million shared 60 : 40, then 70 : 30 (khoản 2 Điều 13 Thông tư 80/2021)."""

    def plant(first: int) -> Return:
        below = (
            Row({"05": "Tuyến đập", "08": "Sơn La", "12": first}),
            Row({"05": "Nhà máy", "08": "Lào Cai", "12": 10_000_000 - first}),
        )
        whole = Row({"05": "Thuỷ điện Mẫu", "10": 10_000_000}, {"hydro_provinces": below})
        return filed(SALES, tables={"hydro_plants": (whole,)})

    made = supplement(plant(6_000_000), plant(7_000_000), Occasion(1, ON))
    assert places(made) == {"Phụ lục 01-2/GTGT": [("Tuyến đập", 1_000_000), ("Nhà máy", -1_000_000)]}


def test_wages_of_a_branch_in_another_province_change_its_share() -> None:
    """05/KK Q3/2026: the branch's people 2 → 3 million, a new branch 500,000; the head office as it was."""

    def shared(*units: tuple[str, int]) -> Return:
        people = tuple(Row({"07": name, "08b": "Hà Nội", "14": tax}) for name, tax in units)
        total = sum(tax for _, tax in units)
        values = {"15": True, "27": 100_000_000, "30": total}
        return filed(values, "2026-Q3", "05/KK-TNCN", tables={"wage_units": people})

    before = shared(("Trụ sở", 5_000_000), ("Chi nhánh 1", 2_000_000))
    after = shared(("Trụ sở", 5_000_000), ("Chi nhánh 1", 3_000_000), ("Chi nhánh 2", 500_000))
    made = supplement(before, after, Occasion(1, ON))
    assert places(made) == {
        "Phụ lục 05-1/PBT-KK-TNCN": [("Chi nhánh 1", 1_000_000), ("Chi nhánh 2", 500_000)]
    }
    assert (box(made, "10"), box(made, "11")) == (1_500_000, 1_500_000)


def test_shares_of_an_earlier_filling_do_not_stay_behind() -> None:
    before, after = made_at(factory("A", 500_000_000)), made_at(factory("A", 650_000_000))
    made = supplement(before, after, Occasion(1, ON))
    again = supplement(after, made.ret, Occasion(1, ON))
    assert places(again) == {}


# -- section B: a refund paid back


ASKED = {**CREDIT_LEFT, "42": 5_000_000}
LESS = {**CREDIT_LEFT, "42": 3_000_000}


@pytest.mark.parametrize(
    ("amount", "back", "late"),
    [
        # All 5 million came on 1/9/2026, 3 were right: 2 go back. 1/9–21/11 are 30 + 31 + 21 = 82 days:
        # 2,000,000 × 0.03 % × 82 = 49,200.
        (None, 2_000_000, 49_200),
        # Only 4 million came: 1 goes back, 1,000,000 × 0.03 % × 82 = 24,600.
        (4_000_000, 1_000_000, 24_600),
    ],
)
def test_what_was_refunded_too_much_goes_back_with_interest_from_the_day_the_treasury_paid(
    amount: int | None, back: int, late: int
) -> None:
    made = supplemented(ASKED, LESS, refund=Refund(date(2026, 9, 1), amount))
    told = (box(made, "thu_hoi_hoan"), box(made, "so_ngay_nhan_hoan"), box(made, "tien_cham_nop_hoan"))
    assert told == (back, 82, late)
    assert codes(made.findings) == ["SUPP-CREDIT"]
    assert (box(made, "12"), box(made, "13"), box(made, "3b")) == (2_000_000, -2_000_000, None)


def test_a_refund_no_larger_than_what_is_right_stays() -> None:
    made = supplemented(ASKED, LESS, refund=Refund(date(2026, 9, 1), 3_000_000))
    assert (box(made, "thu_hoi_hoan"), box(made, "so_ngay_nhan_hoan")) == (None, None)


def test_a_refund_older_than_the_stored_rates_is_told() -> None:
    made = supplemented(ASKED, LESS, refund=Refund(date(2006, 9, 1)))
    assert (codes(made.findings), box(made, "thu_hoi_hoan")) == (["SUPP-CREDIT", "SUPP-NO-RATE"], None)


# -- the explanation of circular 156/2013


def contractor(vat: int, income: int) -> Return:
    """VAT at 5 % of its turnover, income tax at 10 % of its own."""
    work = Row({"1": "Nhà thầu A: tư vấn", "6": vat, "7": 5, "9": income, "10": 10})
    return filed({}, "2019-03", "01/NTNN", tables={"contractors": (work,)})


def older(made: Supplement) -> dict[str, Any]:
    return dict(made.ret.totals["PL01_KHBS"])


def test_the_explanation_of_circular_156_lists_the_taxes_up_and_down_and_sums_them_up() -> None:
    """VAT 50,000 → 150,000; CIT 200,000 → 150,000; together 250,000 → 300,000.

    Due 22/4/2019 (20/4 is a Saturday), paid 2/5: 23/4–1/5 are 9 days; 100,000 × 0.03 % × 9 = 270. What CIT
    falls by does not pay for it.
    """
    before, after = contractor(1_000_000, 2_000_000), contractor(3_000_000, 1_500_000)
    made = supplement(before, after, Occasion(1, date(2019, 5, 2)))
    assert rows(made, "khbs_up") == [
        {"2": "Thuế GTGT phải nộp", "3": "8", "4": 50_000, "5": 150_000, "6": 100_000}
    ]
    assert rows(made, "khbs_down") == [
        {"2": "Thuế TNDN phải nộp", "3": "12", "4": 200_000, "5": 150_000, "6": -50_000}
    ]
    told = older(made)
    assert (told["ma_so"], told["4"], told["5"], told["6"]) == ("13", 250_000, 300_000, 50_000)
    assert (told["ngay_cham"], told["tien_cham"]) == (9, 270)
    assert made.due == date(2019, 4, 22)
    assert codes(made.findings) == ["SUPP-DECREASE"]


def test_the_older_explanation_of_less_tax_counts_no_days() -> None:
    made = supplement(contractor(3_000_000, 0), contractor(1_000_000, 0), Occasion(1, date(2019, 5, 2)))
    assert rows(made, "khbs_up") == []
    assert (older(made)["6"], older(made)["ngay_cham"], older(made)["tien_cham"]) == (-100_000, None, None)
