"""When returns are due: the law's days, the eras, the days off that move them, and what is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khaithue import law
from khaithue.law.dated import Confidence
from khaithue.obligations.due import (
    DueDate,
    EventNeededError,
    NoDeadlineError,
    NoDueDateError,
    ObligationError,
    PeriodKindError,
    UnknownFormError,
    due,
    form_codes,
    period_kinds,
    undated_codes,
)
from khaithue.obligations.period import Period, PeriodKind
from khaithue.obligations.rules import read_deadlines
from khaithue.returns.catalogue import heads
from khaithue.returns.findings import Level, finding


def on(form_code: str, period: str, event: date | None = None) -> DueDate:
    return due(form_code, Period.parse(period), event)


@pytest.mark.near_miss("PERIOD-KIND")
@pytest.mark.parametrize(
    ("form_code", "period", "nominal", "day"),
    [
        ("01/GTGT", "2026-01", "2026-02-20", "2026-02-23"),
        ("01/GTGT", "2026-08", "2026-09-20", "2026-09-21"),
        ("01/GTGT", "2026-10", "2026-11-20", "2026-11-20"),
        ("01/GTGT", "2026-11", "2026-12-20", "2026-12-21"),
        ("01/GTGT", "2024-Q1", "2024-04-30", "2024-05-02"),
        ("01/GTGT", "2024-Q4", "2025-01-31", "2025-02-03"),
        ("01/GTGT", "2025-Q1", "2025-04-30", "2025-05-05"),
        ("01/GTGT", "2025-Q4", "2026-01-31", "2026-02-02"),
        ("01/GTGT", "2026-Q1", "2026-04-30", "2026-05-04"),
        ("02/QTT-TNCN", "2025", "2026-04-30", "2026-05-04"),
        ("05/KK-TNCN", "2026-Q3", "2026-10-31", "2026-11-02"),
        ("01/GTGT", "2026-Q4", "2027-01-31", "2027-02-01"),
        ("05/QTT-TNCN", "2025", "2026-03-31", "2026-03-31"),
        ("05/QTT-TNCN", "2026", "2027-03-31", "2027-03-31"),
        ("02/QTT-TNCN", "2026", "2027-04-30", "2027-05-04"),
    ],
)
def test_returns_are_due_on_the_published_days(form_code: str, period: str, nominal: str, day: str) -> None:
    found = on(form_code, period)
    assert (found.nominal.isoformat(), found.due.isoformat()) == (nominal, day)


@pytest.mark.parametrize(
    ("form_code", "period", "era", "nominal"),
    [
        ("05/QTT-TNCN", "2014", "A", "2015-03-31"),
        ("05/QTT-TNCN", "2018", "A", "2019-03-31"),
        ("02/QTT-TNCN", "2019", "A", "2020-03-30"),
        ("01/GTGT", "2015-Q2", "A", "2015-07-30"),
        ("01/GTGT", "2020-Q1", "A", "2020-04-30"),
        ("01/GTGT", "2020-05", "A", "2020-06-20"),
        ("01/GTGT", "2020-06", "B", "2020-07-20"),
        ("01/GTGT", "2020-Q2", "B", "2020-07-31"),
        ("05/QTT-TNCN", "2020", "B", "2021-03-31"),
        ("02/QTT-TNCN", "2020", "B", "2021-04-30"),
        ("01/GTGT", "2026-05", "B", "2026-06-20"),
        ("01/GTGT", "2026-06", "C", "2026-07-20"),
        ("01/GTGT", "2026-Q2", "C", "2026-07-31"),
        ("06/TNCN", "2026-07", "C", "2026-08-20"),
    ],
)
def test_the_law_in_force_on_the_due_day_decides(form_code: str, period: str, era: str, nominal: str) -> None:
    found = on(form_code, period)
    assert (found.era, found.nominal.isoformat()) == (era, nominal)


def test_day_90_of_2018_was_a_sunday_and_moves_to_1_april() -> None:
    assert on("05/QTT-TNCN", "2018").due == date(2019, 4, 1)


def test_quarter_2_of_2020_is_told_as_unsure_and_quarter_3_is_not() -> None:
    assert on("01/GTGT", "2020-Q2").confidence is Confidence.MEDIUM
    assert on("01/GTGT", "2020-Q3").confidence is Confidence.HIGH


@pytest.mark.parametrize("form_code", ["05/GTGT", "03/BĐS-TNCN", "04/CNV-TNCN"])
@pytest.mark.parametrize(
    ("event", "day"),
    [("2015-06-01", "2015-06-11"), ("2024-03-04", "2024-03-14"), ("2026-11-09", "2026-11-19")],
)
def test_an_occurrence_is_due_on_day_10_after_the_event(form_code: str, event: str, day: str) -> None:
    assert on(form_code, event).due.isoformat() == day


@pytest.mark.near_miss("EVENT-NEEDED")
def test_the_event_counts_when_it_is_not_the_periods_day() -> None:
    assert on("03/BĐS-TNCN", "2026-03-01", date(2026, 3, 10)).due == date(2026, 3, 20)


def test_day_10_on_a_holiday_moves_with_its_reasons() -> None:
    found = on("03/BĐS-TNCN", "2026-11-14")
    assert (found.nominal, found.due) == (date(2026, 11, 24), date(2026, 11, 25))
    assert [off.vi for off in found.moved_because] == ["Ngày Văn hoá Việt Nam"]


def test_people_see_each_day_that_moved_the_deadline() -> None:
    found = on("01/GTGT", "2025-Q1")
    assert [(off.day.day, off.en) for off in found.moved_because] == [
        (30, "Reunification Day"),
        (1, "Labour Day"),
        (2, "day off swapped with 2025-04-26"),
        (3, "Saturday"),
        (4, "Sunday"),
    ]
    assert "Điều 86 Thông tư 80/2021/TT-BTC" in found.law


def test_a_deadline_on_a_working_day_has_no_reason_to_move() -> None:
    found = on("01/GTGT", "2026-10")
    assert found.moved_because == ()
    assert "Khoản 7 Điều 3" not in found.law


def test_a_due_day_in_a_year_not_announced_is_provisional() -> None:
    assert on("01/GTGT", "2026-Q4").provisional
    assert on("02/QTT-TNCN", "2026").provisional
    assert not on("01/GTGT", "2026-11").provisional
    assert on("01/GTGT", "2031-05").provisional


def test_a_deadline_rolled_out_of_a_year_not_stored_is_provisional() -> None:
    found = on("04/CNV-TNCN", "2023-12-21")
    assert (found.nominal, found.due) == (date(2023, 12, 31), date(2024, 1, 2))
    assert found.provisional


def test_05_kk_is_quarterly_only_from_july_2026() -> None:
    assert on("05/KK-TNCN", "2026-06").due == date(2026, 7, 20)
    with pytest.raises(PeriodKindError) as refused:
        on("05/KK-TNCN", "2026-07")
    assert refused.value.params["kinds_vi"] == "quý"
    assert refused.value.law == "Điểm a khoản 1 Điều 22 Thông tư 89/2026/TT-BTC"
    assert period_kinds("05/KK-TNCN", date(2026, 7, 1)) == (PeriodKind.QUARTER,)
    assert period_kinds("05/KK-TNCN", date(2026, 6, 1)) == (PeriodKind.MONTH, PeriodKind.QUARTER)


@pytest.mark.parametrize(
    ("form_code", "period", "day"),
    [
        ("01/CNKD", "2026-01", "2026-04-20"),
        ("01/CNKD", "2026-03", "2026-04-20"),
        ("01/CNKD", "2026-04", "2026-05-20"),
        ("01/CNKD", "2026-Q3", "2026-11-02"),
        ("01/CNKD", "2025", "2024-12-16"),
        ("01/TTS", "2025", "2026-02-02"),
        ("01/BĐS", "2026-H1", "2026-07-31"),
        ("01/BĐS", "2026-H2", "2027-02-01"),
        ("01/BĐS", "2026", "2027-02-01"),
        ("01/TKN-CNKD", "2026", "2027-02-01"),
        ("02/CNKD-TNCN-QTT", "2026", "2027-03-31"),
    ],
)
def test_household_business_and_rental(form_code: str, period: str, day: str) -> None:
    assert on(form_code, period).due.isoformat() == day


def test_a_business_that_starts_within_the_year_declares_its_lump_sum_within_ten_days() -> None:
    assert on("01/CNKD", "2018").due == date(2017, 12, 15)
    assert on("01/CNKD", "2018-05-02..2018-12-31").due == date(2018, 5, 14)
    assert on("01/CNKD", "2024-05-02..2024-12-31").due == date(2024, 5, 13)
    with pytest.raises(PeriodKindError):
        on("01/CNKD", "2026-05-02..2026-12-31")


def test_until_2020_a_household_filed_an_occurrence_by_day_30_after_its_quarter() -> None:
    assert on("01/CNKD", "2015-05-03").due == date(2015, 7, 30)
    assert on("01/CNKD", "2024-05-03").due == date(2024, 5, 13)


def test_presumptive_tax_ends_with_2025() -> None:
    with pytest.raises(PeriodKindError):
        on("01/CNKD", "2026")


def test_the_first_twelve_months_of_a_resident_are_finalised_by_the_end_of_month_4() -> None:
    assert on("02/QTT-TNCN", "2025-08-15..2026-08-14").due == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("form_code", "period", "day"),
    [
        ("01/NTNN", "2018-05-10", "2018-05-21"),
        ("01/NTNN", "2026-05-12", "2026-05-22"),
        ("01/NTNN", "2026-06", "2026-07-20"),
        ("BC26/AC (tháng)", "2019-03", "2019-04-22"),
        ("BC26/AC (quý)", "2019-Q1", "2019-05-02"),
        ("BC26/AC (quý)", "2021-Q3", "2021-11-01"),
        ("01/BC-SDHĐ-CNKD", "2019-Q2", "2019-07-30"),
        ("01/BC-SDHĐ-CNKD", "2021-Q2", "2021-08-02"),
        ("01/TCKT", "2026-Q3", "2026-11-02"),
        ("01/TCKT", "2026-11-09", "2026-11-19"),
        ("01/BK-STK", "2026", "2026-07-31"),
        ("04/GTGT", "2026-11-09", "2026-11-19"),
        ("01/TTS", "2018-02-01..2018-04-30", "2018-05-02"),
        ("01/TTS", "2024-03-05..2024-09-04", "2024-03-15"),
        ("01/TTS", "2024-Q1", "2024-05-02"),
    ],
)
def test_reports_lists_and_occurrences_of_the_other_forms(form_code: str, period: str, day: str) -> None:
    assert on(form_code, period).due.isoformat() == day


def test_the_list_of_a_payer_that_closes_is_due_45_days_after_the_decision() -> None:
    assert on("05/DS-TNCN", "2019", date(2019, 3, 1)).due == date(2019, 4, 15)
    assert on("05/DS-TNCN", "2021", date(2021, 6, 1)).due == date(2021, 7, 16)
    with pytest.raises(EventNeededError):
        on("05/DS-TNCN", "2021")


def test_the_accounts_of_a_household_have_a_last_day_in_2026_only() -> None:
    with pytest.raises(NoDueDateError) as refused:
        on("01/BK-STK", "2027")
    assert "in 2026" in refused.value.params["why_en"]


@pytest.mark.parametrize("form_code", undated_codes())
def test_a_paper_without_a_due_day_says_why(form_code: str) -> None:
    with pytest.raises(NoDueDateError) as refused:
        on(form_code, "2030-05-20")
    assert refused.value.params["why_vi"]
    assert refused.value.law


def test_a_paper_wholly_without_a_due_day_is_filed_for_no_kind_of_period() -> None:
    assert period_kinds("02/ĐK-NPT-TNCN", date(2021, 1, 1)) == ()


@pytest.mark.near_miss("NO-DUE-DATE")
def test_every_form_of_the_catalogue_has_a_deadline_or_is_said_to_have_none() -> None:
    assert {head.code for head in heads()} - set(form_codes()) - set(undated_codes()) == set()


def test_a_rule_may_be_less_sure_for_one_form() -> None:
    assert on("01/TCKT", "2026-Q3").confidence is Confidence.MEDIUM
    assert on("01/GTGT", "2026-Q3").confidence is Confidence.HIGH


def test_an_unknown_form_is_refused_with_its_code() -> None:
    with pytest.raises(UnknownFormError) as refused:
        on("99/XYZ", "2026-05")
    assert refused.value.code == "UNKNOWN-FORM"


def test_a_period_before_the_stored_law_has_no_deadline() -> None:
    assert on("01/GTGT", "2007-06").era == "A"
    with pytest.raises(NoDeadlineError):
        on("01/GTGT", "2007-05")


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("form_code", "period", "code"),
    [
        ("99/XYZ", "2026-05", "UNKNOWN-FORM"),
        ("05/KK-TNCN", "2026-07", "PERIOD-KIND"),
        ("08/MGT-TNCN", "2026", "PERIOD-KIND"),
        ("01/GTGT", "2006-05", "NO-DEADLINE"),
        ("09/XN-NPT-TNCN", "2021-05-20", "NO-DUE-DATE"),
        ("05/DS-TNCN", "2021", "EVENT-NEEDED"),
    ],
)
def test_each_refusal_is_a_catalogued_finding_with_all_its_places_filled(
    form_code: str, period: str, code: str
) -> None:
    with pytest.raises(ObligationError) as refused:
        on(form_code, period)
    told = finding(refused.value.code, law=refused.value.law, **refused.value.params)
    assert (told.code, told.level) == (code, Level.ERROR)
    assert form_code in told.message.vi + told.message.en
    assert "{" not in told.message.vi + told.message.en + told.fix.vi + told.fix.en


@given(st.sampled_from(form_codes()), st.dates(date(2010, 1, 1), date(2035, 12, 31)))
def test_every_allowed_period_has_one_due_day_that_is_never_before_its_nominal_day(
    form_code: str, start: date
) -> None:
    for kind in period_kinds(form_code, start):
        period = (
            Period(kind, start, start + timedelta(days=364))
            if kind is PeriodKind.RANGE
            else Period.around(kind, start)
        )
        try:
            found = due(form_code, period)
        except (EventNeededError, NoDeadlineError, NoDueDateError, PeriodKindError):
            continue
        assert found.nominal <= found.due <= found.nominal + timedelta(days=12)
        assert (found.due == found.nominal) == (found.moved_because == ())


@pytest.mark.near_miss("NO-DEADLINE")
@pytest.mark.parametrize("form_code", ["01/GTGT", "02/GTGT", "03/GTGT", "04/GTGT", "06/TNCN", "01/XSBHĐC"])
def test_no_month_or_quarter_since_2008_lacks_a_deadline_and_they_come_in_order(form_code: str) -> None:
    for first in ("2008-01", "2008-Q1"):
        period, last = Period.parse(first), date(2008, 1, 1)
        while period.start < date(2030, 1, 1):
            found = due(form_code, period)
            assert last < found.due
            assert found.nominal > period.end
            last, period = found.due, period.next()


def test_the_eras_follow_each_other_without_gap() -> None:
    eras = law.document("calendar/deadlines.toml")["eras"]
    assert list(eras) == ["A", "B", "C"]
    assert eras["A"]["to"] + timedelta(days=1) == eras["B"]["from"]
    assert eras["B"]["to"] + timedelta(days=1) == eras["C"]["from"]


def test_every_rule_is_used_by_a_form() -> None:
    document = law.document("calendar/deadlines.toml")
    kinds = [kind for form in document["forms"].values() for kind in form.values() if isinstance(kind, list)]
    assert {use["rule"] for uses in kinds for use in uses} == set(document["rules"])


def test_an_entry_that_counts_in_two_ways_is_refused() -> None:
    document = law.document("calendar/deadlines.toml")
    entry = {"era": "A", "month": 1, "day": 20, "days": 90, "law": "Điều 1", "confidence": "high"}
    with pytest.raises(ValueError, match=r"deadlines.toml: rules.month"):
        read_deadlines({**document, "rules": {"month": [entry]}})


def test_the_circular_89_switch_is_not_announced_yet() -> None:
    switch = law.document("calendar/switch.toml")["circular_89_2026"]
    assert "announced" not in switch
    assert (switch["first_period"], switch["complete_before"]) == (date(2026, 7, 1), date(2027, 1, 1))
