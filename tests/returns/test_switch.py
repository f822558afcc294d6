"""The change to the forms of circular 89/2026: the day of filing counts beside the tax period."""

from datetime import date

import pytest

from khaithue.obligations.period import Period
from khaithue.obligations.switch import switch, switch_names
from khaithue.returns import catalogue
from khaithue.returns.catalogue import find_for, find_of_basis, heads, is_taken, offered
from khaithue.returns.standing import standing
from tests.returns.announced import DAY, announce
from tests.returns.toy_return import TEXT, faults

OLD, NEW = "TT80/2021/TT-BTC", "TT89/2026/TT-BTC"
BEFORE = date(2026, 12, 14)
LATER = date(2027, 6, 1)


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority has announced 15/12/2026."""
    announce(monkeypatch)


def basis(period: str, on: date) -> str:
    form = find_for("01/GTGT", Period.parse(period), on)
    assert form is not None
    return form.basis


@pytest.mark.parametrize("period", ["2026-06", "2026-07", "2026-Q3", "2026-11", "2027-01"])
@pytest.mark.parametrize("on", [date(2026, 7, 20), date(2026, 12, 31), date(2027, 1, 1), LATER])
def test_until_a_day_is_announced_every_period_goes_on_the_old_electronic_form(period: str, on: date) -> None:
    assert basis(period, on) == OLD


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(
    ("period", "on", "expected"),
    [
        ("2026-06", BEFORE, OLD),
        ("2026-06", DAY, OLD),
        ("2026-Q2", LATER, OLD),
        ("2026-07", BEFORE, OLD),
        ("2026-07", DAY, NEW),
        ("2026-Q3", BEFORE, OLD),
        ("2026-Q3", DAY, NEW),
        ("2026-11", DAY, NEW),
        ("2027-01", LATER, NEW),
    ],
)
def test_from_the_announced_day_periods_from_7_2026_go_on_the_new_form(
    period: str, on: date, expected: str
) -> None:
    assert basis(period, on) == expected


def test_a_form_of_a_circular_is_found_whenever_it_is_filed() -> None:
    found = find_of_basis("01/GTGT", NEW, Period.parse("2026-Q3"))
    assert found is not None
    assert (found.basis, found.confidence, found.ma_tkhai) == (NEW, "medium", "")
    assert find_of_basis("01/GTGT", NEW, Period.parse("2026-Q2")) is None


def test_each_code_is_offered_once_with_the_form_taken_today() -> None:
    found = offered(date(2026, 11, 22))
    assert sorted(head.code for head in found) == sorted({head.code for head in heads()})
    assert next(head.basis for head in found if head.code == "01/GTGT") == OLD


@pytest.mark.usefixtures("announced")
def test_the_new_form_is_offered_from_the_announced_day() -> None:
    bases = [next(head.basis for head in offered(on) if head.code == "01/GTGT") for on in (BEFORE, DAY)]
    assert bases == [OLD, NEW]


def _said(of: str, on: date) -> tuple[bool, str]:
    head = next(head for head in heads() if (head.code, head.basis) == ("01/GTGT", of))
    found = standing(head, on)
    assert found is not None
    assert "Điều 100 Thông tư 89/2026/TT-BTC" in found.law
    assert "{" not in found.why.vi + found.why.en
    return found.is_taken, found.why.en


def test_without_an_announced_day_it_is_told_that_the_old_form_goes_on() -> None:
    assert _said(OLD, DAY) == (
        True,
        "the form to file today, for periods from 2026-07-01 too: the new electronic form is not taken yet",
    )
    taken, why = _said(NEW, DAY)
    assert not taken
    assert "has not announced" in why


@pytest.mark.usefixtures("announced")
@pytest.mark.parametrize(
    ("of", "on", "taken", "why"),
    [
        (OLD, BEFORE, True, "for periods from 2026-07-01 too"),
        (OLD, DAY, True, "only for periods before 2026-07-01"),
        (NEW, BEFORE, False, "takes the new electronic form from 2026-12-15"),
        (NEW, DAY, True, "for periods from 2026-07-01: taken from 2026-12-15"),
    ],
)
def test_with_an_announced_day_each_side_of_it_is_told(of: str, on: date, taken: bool, why: str) -> None:
    found, said = _said(of, on)
    assert (found, why in said) == (taken, True)


def test_a_form_no_change_touches_has_nothing_to_tell() -> None:
    for code, of in (("01/GTGT", "TT26/2015/TT-BTC"), ("05/KK-TNCN", OLD)):
        head = next(head for head in heads() if (head.code, head.basis) == (code, of))
        assert standing(head, DAY) is None
        assert is_taken(head, DAY)


def test_a_form_with_a_switch_begins_with_the_first_period_of_the_switch() -> None:
    found = [head for head in heads() if head.switch]
    assert found
    assert all(head.valid_from == switch(head.switch).first_period for head in found)
    assert {head.switch for head in found} == set(switch_names())


def test_a_form_file_names_a_switch_the_law_has_and_a_confidence() -> None:
    assert "the law has no switch x" in faults(TEXT.replace("period = [", 'switch = "x"\nperiod = ['))[0]
    assert "confidence is one of" in faults(TEXT.replace("period = [", 'confidence = "x"\nperiod = ['))[0]
    sure = TEXT.replace("period = [", 'switch = "circular_89_2026"\nconfidence = "low"\nperiod = [')
    assert faults(sure) == []


def test_a_return_may_be_on_either_form_by_its_period_alone() -> None:
    for of in (OLD, NEW):
        form = find_of_basis("01/GTGT", of, Period.parse("2026-Q3"))
        assert form is not None
        assert catalogue.is_valid_for(form, Period.parse("2026-Q3"))
