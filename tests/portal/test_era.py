"""Circular 19 holds from 3/5/2021; circular 89 from the day that is announced, which a setting may say."""

from datetime import date

import pytest
from pytest_django import Settings

from khaithue.portal.environment import dated
from khaithue.portal.era import era_on
from khaithue.portal.notices.issue import Addressee, filled


def test_each_day_has_the_era_of_the_law() -> None:
    days = (date(2015, 1, 1), date(2021, 5, 2), date(2021, 5, 3), date(2026, 11, 22))
    assert [era_on(day).key for day in days] == ["ihtkk", "ihtkk", "tt19", "tt19"]


def test_a_setting_moves_the_first_day_of_an_era(settings: Settings) -> None:
    settings.ERAS = {"tt89": date(2026, 12, 1)}
    assert [era_on(date(2026, month, 1)).key for month in (11, 12)] == ["tt19", "tt89"]


def test_before_the_first_era_there_are_no_rules() -> None:
    with pytest.raises(LookupError):
        era_on(date(2000, 1, 1))


def test_circular_19_answers_in_fifteen_minutes_and_decides_in_one_working_day() -> None:
    rules = era_on(date(2026, 1, 1))
    assert (rules.file.reception, rules.file.minutes) == ("01-1/TB-TĐT", 15)
    assert (rules.file.decision, rules.file.working_days) == ("01-2/TB-TĐT", 1)


def test_a_notice_is_issued_as_the_era_says_whatever_the_days_of_its_form() -> None:
    to = Addressee("0319900012", "A", "70123", "Thuế Mẫu", "")
    for day in (date(2020, 1, 1), date(2030, 1, 1)):
        made = filled("01-1/TB-TĐT", to=to, number="1/TB-TĐT", day=day, values={})
        assert (made.header["ngayTBao"], made.form.basis) == (day.isoformat(), "TT19/2021/TT-BTC")


def test_a_setting_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHAITHUE_ERAS", "tt89:soon")
    with pytest.raises(ValueError, match="KHAITHUE_ERAS"):
        dated("KHAITHUE_ERAS")
    monkeypatch.setenv("KHAITHUE_ERAS", "tt19:2021-05-03, tt89:2027-01-01")
    assert dated("KHAITHUE_ERAS") == {"tt19": date(2021, 5, 3), "tt89": date(2027, 1, 1)}
