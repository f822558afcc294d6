"""Fines for filing late: the frames of the decree at their edges, worked by hand."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khaithue import law
from khaithue.obligations.late import (
    Case,
    FineKind,
    NoFineLawError,
    days_past,
    individual_penalty,
    penalty,
    read_eras,
)

NOW = date(2026, 9, 1)
TAXED = Case(tax=50_000_000)


def frame(days: int, case: Case | None = None, filed: date = NOW) -> tuple[int, int, int]:
    fine = penalty(days, filed, case)
    assert fine.kind is FineKind.AMOUNT
    return fine.least, fine.most, fine.usual


@pytest.mark.parametrize(
    ("days", "case", "expected"),
    [
        (1, Case(), (2_000_000, 5_000_000, 3_500_000)),
        (30, Case(), (2_000_000, 5_000_000, 3_500_000)),
        (31, Case(), (5_000_000, 8_000_000, 6_500_000)),
        (60, TAXED, (5_000_000, 8_000_000, 6_500_000)),
        (61, TAXED, (8_000_000, 15_000_000, 11_500_000)),
        (90, TAXED, (8_000_000, 15_000_000, 11_500_000)),
        (91, Case(), (8_000_000, 15_000_000, 11_500_000)),
        (91, TAXED, (15_000_000, 25_000_000, 20_000_000)),
    ],
)
def test_a_return_so_many_days_late_is_fined_within_the_frame_of_article_13(
    days: int, case: Case, expected: tuple[int, int, int]
) -> None:
    assert frame(days, case) == expected


def test_one_to_five_days_with_a_mitigating_circumstance_is_a_warning() -> None:
    assert penalty(5, NOW, Case(mitigating=1)).kind is FineKind.WARNING
    assert penalty(5, NOW, Case(mitigating=1)).law == "Khoản 1 Điều 13 Nghị định 125/2020/NĐ-CP"
    assert penalty(6, NOW, Case(mitigating=1)).kind is FineKind.AMOUNT
    assert penalty(5, NOW).kind is FineKind.AMOUNT


def test_an_individual_is_fined_half_of_an_organisation() -> None:
    assert frame(10, Case(individual=True)) == (1_000_000, 2_500_000, 1_750_000)
    assert "Điều 5" in penalty(10, NOW, Case(individual=True)).law


def test_each_circumstance_moves_the_middle_by_a_tenth_and_never_out_of_the_frame() -> None:
    """3,500,000 ± 350,000 each; an aggravating one cancels a mitigating one."""
    assert frame(10, Case(mitigating=1))[2] == 3_150_000
    assert frame(10, Case(aggravating=2))[2] == 4_200_000
    assert frame(10, Case(mitigating=1, aggravating=1))[2] == 3_500_000
    assert frame(10, Case(mitigating=9))[2] == 2_000_000
    assert frame(10, Case(aggravating=9))[2] == 5_000_000


def test_over_90_days_the_fine_is_at_most_the_tax_but_not_below_the_middle_of_clause_4() -> None:
    """Tax of 18 million caps 20; tax of 3 million leaves the floor of 11.5 million, 5.75 for a person."""
    assert frame(120, Case(tax=18_000_000)) == (15_000_000, 18_000_000, 18_000_000)
    assert frame(120, Case(tax=3_000_000)) == (11_500_000, 11_500_000, 11_500_000)
    assert frame(120, Case(tax=3_000_000, individual=True))[2] == 5_750_000


def test_over_90_days_with_tax_not_paid_is_evasion_of_one_to_three_times_the_tax() -> None:
    unpaid = penalty(91, NOW, Case(tax=10_000_000, paid=False))
    assert (unpaid.kind, unpaid.least, unpaid.most) == (FineKind.MULTIPLE, 10_000_000, 30_000_000)
    assert unpaid.usual == 15_000_000
    assert penalty(91, NOW, Case(10_000_000, paid=False, individual=True)).most == 30_000_000
    assert penalty(91, NOW, Case(10_000_000, paid=False, aggravating=5)).usual == 30_000_000
    assert penalty(91, NOW, Case(10_000_000, paid=False, mitigating=1)).usual == 10_000_000
    assert penalty(90, NOW, Case(10_000_000, paid=False)).kind is FineKind.AMOUNT


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (10, (400_000, 1_000_000, 700_000)),
        (11, (800_000, 2_000_000, 1_400_000)),
        (21, (1_200_000, 3_000_000, 2_100_000)),
        (31, (1_600_000, 4_000_000, 2_800_000)),
        (41, (2_000_000, 5_000_000, 3_500_000)),
        (91, (2_000_000, 5_000_000, 3_500_000)),
    ],
)
def test_until_4_december_2020_the_frames_of_circular_166_hold(
    days: int, expected: tuple[int, int, int]
) -> None:
    assert frame(days, filed=date(2020, 12, 4)) == expected
    assert frame(days, Case(individual=True), date(2020, 12, 4)) == expected
    assert frame(days, filed=date(2020, 12, 5))[0] >= 2_000_000


def test_in_time_is_no_fine_and_an_older_law_is_not_known() -> None:
    assert penalty(0, NOW).kind is FineKind.NONE
    assert days_past(date(2026, 8, 20), date(2026, 8, 20)) == 0
    assert days_past(date(2026, 8, 20), date(2026, 8, 21)) == 1
    with pytest.raises(NoFineLawError):
        penalty(3, date(2013, 12, 14))


CASES = st.builds(
    Case, st.integers(0, 10**10), st.booleans(), st.booleans(), st.integers(0, 4), st.integers(0, 4)
)


@given(st.integers(0, 4000), st.dates(date(2013, 12, 15), date(2040, 1, 1)), CASES)
def test_every_case_has_one_fine_and_the_usual_is_within_its_frame(
    days: int, filed: date, case: Case
) -> None:
    fine = penalty(days, filed, case)
    assert 0 <= fine.least <= fine.usual <= fine.most
    assert (fine.kind is FineKind.NONE) == (days == 0)


@pytest.mark.parametrize("change", [{"extra": 1}, {"brackets": [{"first": 1, "law": "x", "lst": 2}]}])
def test_a_document_with_a_word_unknown_is_refused(change: dict[str, Any]) -> None:
    entry = law.document("procedures/fines.toml")["late_return"][-1]
    with pytest.raises(ValueError, match="unknown"):
        read_eras([{**entry, **change}])
    assert read_eras([entry])


@pytest.mark.parametrize(
    ("days", "case", "expected"),
    [
        (1, Case(), (1_000_000, 2_500_000, 1_750_000)),
        (31, Case(), (2_500_000, 4_000_000, 3_250_000)),
        (61, TAXED, (4_000_000, 7_500_000, 5_750_000)),
        (91, TAXED, (7_500_000, 12_500_000, 10_000_000)),
        (30, Case(individual=True), (1_000_000, 2_500_000, 1_750_000)),
    ],
)
def test_an_individual_or_household_business_is_fined_half(
    days: int, case: Case, expected: tuple[int, int, int]
) -> None:
    """Điều 5, khoản 4 Điều 7 Nghị định 125/2020/NĐ-CP."""
    fine = individual_penalty(days, NOW, case)
    assert fine is not None
    assert (fine.least, fine.most, fine.usual) == expected
    assert "Điều 5" in fine.law


@pytest.mark.parametrize(
    ("days", "filed", "case"),
    [
        (0, NOW, Case()),
        (5, NOW, Case(mitigating=1)),
        (91, NOW, Case(tax=50_000_000, paid=False)),
        (10, date(2020, 12, 4), Case()),
    ],
    ids=["in time", "a warning", "evasion, a multiple of the tax", "before 5/12/2020"],
)
def test_where_the_law_makes_no_difference_there_is_no_fine_of_an_individuals_own(
    days: int, filed: date, case: Case
) -> None:
    assert individual_penalty(days, filed, case) is None
