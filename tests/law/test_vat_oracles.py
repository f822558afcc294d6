"""02/GTGT, 03/GTGT and 01/GTGT before circular 80, computed again from the law, not from the form files."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for
from khaithue.returns.compute import compute
from khaithue.returns.model import Return, Value
from khaithue.returns.prefill import prefill
from tests.law.law_cases import HEADER
from tests.law.oracle_gtgt import vat

AMOUNTS = st.one_of(st.none(), st.just(0), st.integers(0, 10**13))
SIGNED = st.one_of(st.none(), st.just(0), st.integers(-(10**13), 10**13))


def _blank(code: str, period: str, values: dict[str, Value]) -> Return:
    parsed = Period.parse(period)
    form = find_for(code, parsed, parsed.end)
    assert form is not None
    return Return(form, parsed, HEADER, values)


def _boxes(codes: str, amounts: st.SearchStrategy[int | None]) -> st.SearchStrategy[dict[str, int | None]]:
    return st.dictionaries(st.sampled_from(codes.split()), amounts)


@settings(deadline=None)
@given(_boxes("21 21a 23 25 27 28a 28b 30 31", AMOUNTS))
def test_a_project_carries_forward_what_came_in_and_did_not_go_out(boxes: dict[str, int | None]) -> None:
    done = compute(_blank("02/GTGT", "2026-05", dict(boxes))).values
    came_in = sum(boxes.get(code) or 0 for code in ("21", "21a", "23", "25"))
    went_out = sum(boxes.get(code) or 0 for code in ("27", "28a", "28b", "30", "31"))
    assert (done.get("32") or 0) == came_in - went_out


@settings(deadline=None)
@given(_boxes("21 22 23 24 25", SIGNED))
def test_gold_pays_a_tenth_of_a_positive_value_added_and_nothing_on_a_negative_one(
    boxes: dict[str, int | None],
) -> None:
    done = compute(_blank("03/GTGT", "2026-05", dict(boxes))).values
    amount = {code: boxes.get(code) or 0 for code in ("21", "22", "23", "24", "25")}
    added = amount["22"] - amount["23"] - amount["21"] - amount["24"] + amount["25"]
    assert (done.get("26") or 0) == added
    assert (done.get("27") or 0) == (int(Fraction(added, 10) + Fraction(1, 2)) if added > 0 else 0)


@settings(deadline=None)
@given(_boxes("22 25 26 29 30 31 32 33 32a 37 38 39 40b 42", SIGNED))
def test_before_2022_the_tax_paid_in_other_provinces_stands_where_the_tax_handed_over_stands_now(
    boxes: dict[str, int | None],
) -> None:
    done = compute(_blank("01/GTGT", "2021-12", dict(boxes))).values
    wanted = vat({("39a" if code == "39" else code): amount for code, amount in boxes.items()})
    assert [done.get(code) or 0 for code in ("34", "36", "40a", "40", "41", "43")] == [
        wanted.all_sales,
        wanted.tax_of_period,
        wanted.payable_by_business,
        wanted.payable,
        wanted.not_deducted,
        wanted.carried_forward,
    ]


def test_the_credit_of_december_2021_opens_january_2022_on_the_new_form() -> None:
    december = compute(_blank("01/GTGT", "2021-12", {"24": 7_000_000, "25": 7_000_000, "33": 2_000_000}))
    assert prefill(_blank("01/GTGT", "2022-01", {}), december).values["22"] == 5_000_000


def test_a_project_starts_with_what_it_carried_forward() -> None:
    before = compute(_blank("02/GTGT", "2026-04", {"21": 30_000_000, "23": 12_000_000, "28a": 2_000_000}))
    assert prefill(_blank("02/GTGT", "2026-05", {}), before).values["21"] == 40_000_000
