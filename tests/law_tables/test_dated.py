"""Dated tables: what a day gives, and the tables that are refused when read."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from khaithue import law
from khaithue.law import dated
from khaithue.law.dated import Bracket, Confidence, NoValue, RateEntry, read_tables

TITLE = {"vi": "Thử", "en": "Trial"}


def value(first: str, last: str | None = None, **other: Any) -> dict[str, Any]:
    days = {"from": date.fromisoformat(first)} | ({"to": date.fromisoformat(last)} if last else {})
    return {**days, "value": "10%", "law": "Điều 1", "confidence": "high", **other}


def table(*values: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"trial": {"title": TITLE, "values": list(values), **other}}


def read_one(text: str) -> Fraction:
    entry = read_tables("rates/x.toml", table(value("2020-01-01", value=text)))["trial"][0]
    assert isinstance(entry, RateEntry)
    return entry.value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10%", Fraction(1, 10)),
        ("0.1%", Fraction(1, 1000)),
        ("1/3", Fraction(1, 3)),
        ("11000000", Fraction(11_000_000)),
    ],
)
def test_a_value_is_an_exact_share_or_whole_dong(text: str, number: Fraction) -> None:
    assert read_one(text) == number


@pytest.mark.parametrize("text", ["", "10 %", "-1%", "0.1", "1e3", "1_000", "1/0", "١٠%x", "10%%"])
def test_anything_else_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match=r"rates/x.toml: trial"):
        read_one(text)


def test_both_ends_of_a_values_days_count() -> None:
    assert dated.rate("pit_self_deduction", date(2019, 12, 31)) == 9_000_000
    assert dated.rate("pit_self_deduction", date(2020, 1, 1)) == 11_000_000
    assert dated.rate("pit_self_deduction", date(2025, 12, 31)) == 11_000_000
    assert dated.rate("pit_self_deduction", date(2026, 1, 1)) == 15_500_000


def test_a_value_in_force_has_no_last_day() -> None:
    entry = dated.rate_entry("pit_dependant_deduction", date(2099, 1, 1))
    assert entry.value == 6_200_000
    assert entry.valid_to is None
    assert entry.confidence is Confidence.HIGH
    assert "110/2025/UBTVQH15" in entry.law


def test_a_day_before_the_first_value_and_an_unknown_name_have_none() -> None:
    with pytest.raises(NoValue, match=r"pit_self_deduction .* 2008-12-31"):
        dated.rate("pit_self_deduction", date(2008, 12, 31))
    with pytest.raises(NoValue, match="no_such_rate"):
        dated.rate("no_such_rate", date(2026, 1, 1))
    with pytest.raises(NoValue, match="pit_wages_year"):
        dated.rate("pit_wages_year", date(2026, 1, 1))
    with pytest.raises(NoValue, match="pit_self_deduction"):
        dated.scale("pit_self_deduction", date(2026, 1, 1))


def test_two_values_on_one_day_are_refused_with_file_table_and_days() -> None:
    overlap = table(value("2020-01-01", "2020-12-31"), value("2020-12-31"))
    with pytest.raises(
        ValueError, match=r"rates/x.toml: trial: 2020-01-01..2020-12-31 overlaps .* 2020-12-31"
    ):
        read_tables("rates/x.toml", overlap)


def test_an_open_value_before_another_overlaps_it() -> None:
    with pytest.raises(ValueError, match=r"trial: 2020-01-01..open end overlaps the value from 2021-01-01"):
        read_tables("rates/x.toml", table(value("2020-01-01"), value("2021-01-01")))


def test_a_day_without_value_between_two_is_refused_unless_the_table_says_gaps() -> None:
    values = (value("2020-01-01", "2020-12-30"), value("2021-01-01"))
    with pytest.raises(ValueError, match=r"trial: no value between 2020-12-30 and 2021-01-01"):
        read_tables("rates/x.toml", table(*values))
    assert len(read_tables("rates/x.toml", table(*values, gaps=True))["trial"]) == 2


def test_values_that_meet_are_neither_gap_nor_overlap_in_any_order() -> None:
    entries = read_tables("rates/x.toml", table(value("2021-01-01"), value("2020-01-01", "2020-12-31")))[
        "trial"
    ]
    assert [entry.valid_from.year for entry in entries] == [2020, 2021]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (table(), "no value"),
        (table(value("2020-01-02", "2020-01-01")), "ends on 2020-01-01"),
        (table(value("2020-01-01", too="2021-01-01")), "unknown too"),
        (table(value("2020-01-01", confidence="sure")), "sure"),
        (table(value("2020-01-01") | {"from": "2020-01-01"}), "TOML dates"),
        ({"trial": {"title": TITLE}}, "missing values"),
        ({"trial": {"title": {"vi": "Thử"}, "values": [value("2020-01-01")]}}, "title"),
        (table(value("2020-01-01"), kind="list"), "kind rate or scale"),
    ],
)
def test_a_malformed_table_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_tables("rates/x.toml", wrong)


@pytest.mark.parametrize(
    "brackets",
    [
        [],
        [["5", "5%"]],
        [["", "5%"], ["", "10%"]],
        [["9", "5%"], ["5", "10%"], ["", "15%"]],
        [["0", "5%"], ["", "1%"]],
    ],
)
def test_the_brackets_of_a_scale_rise_and_only_the_last_is_open(brackets: list[list[str]]) -> None:
    entry = value("2020-01-01", brackets=brackets)
    del entry["value"]
    with pytest.raises(ValueError, match=r"rates/x.toml: trial: 2020-01-01"):
        read_tables("rates/x.toml", table(entry, kind="scale"))


def test_the_brackets_of_law_109_are_those_printed() -> None:
    scale = dated.scale("pit_wages_year", date(2026, 1, 1))
    assert scale.brackets[0] == Bracket(120_000_000, Fraction(1, 20))
    assert scale.brackets[-1] == Bracket(None, Fraction(7, 20))
    assert "Điều 9" in scale.law


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("pit_withholding_short_contract_threshold", 2_000_000, 5_000_000),
        ("pit_inheritance_gift_threshold", 10_000_000, 20_000_000),
        ("pit_prize_threshold", 10_000_000, 20_000_000),
        ("pit_royalty_threshold", 10_000_000, 20_000_000),
        ("pit_meal_allowance", 730_000, 1_200_000),
    ],
)
def test_from_1_july_2026_the_thresholds_rise(name: str, before: int, after: int) -> None:
    assert dated.rate(name, date(2026, 6, 30)) == before
    assert dated.rate(name, date(2026, 7, 1)) == after


def test_a_short_contract_is_withheld_on_at_10_and_a_non_resident_at_20_per_cent() -> None:
    for day in (date(2026, 6, 30), date(2026, 7, 1)):
        assert dated.rate("pit_withholding_short_contract", day) == Fraction(10, 100)
        assert dated.rate("pit_withholding_non_resident", day) == Fraction(20, 100)
        assert dated.rate("pit_withholding_foreign_insurance", day) == Fraction(10, 100)


def test_the_disputed_franchise_rate_is_marked() -> None:
    assert dated.rate_entry("pit_franchise", date(2026, 7, 1)).confidence is Confidence.LOW


def test_every_table_of_the_law_reads_and_every_value_answers_on_its_days() -> None:
    assert dated.rate_names() == tuple(sorted(dated.rate_names()))
    for name in dated.rate_names():
        for entry in dated.all_rates(name):
            assert dated.rate_entry(name, entry.valid_from) is entry
            assert dated.rate_entry(name, entry.valid_to or date.max) is entry
            assert entry.law
    for name in dated.scale_names():
        for scale in dated.all_scales(name):
            assert dated.scale(name, scale.valid_from + timedelta(days=1)) is scale


def test_a_name_declared_in_two_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law, "names", lambda folder: [f"{folder}/pit.toml"] * 2)
    with pytest.raises(ValueError, match=r"rates/pit.toml: pit_self_deduction is declared in another file"):
        dated._library.__wrapped__()


def test_no_name_is_declared_in_two_files() -> None:
    names = [name for path in law.names("rates") for name in law.document(path)]
    assert sorted(names) == sorted({*dated.rate_names(), *dated.scale_names()})
