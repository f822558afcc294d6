"""What the office asks of a filing beyond its figures: each rule refuses, and lets pass what comes close."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import AgentContract, Taxpayer, User
from khaithue.portal.filing import rules
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.rules import Rule
from khaithue.portal.filing.serial import next_transaction_code
from khaithue.portal.filing.submission import Submission, activity_of
from khaithue.returns.form import Field, Form, Kind, Layout
from khaithue.returns.model import Return
from tests.returns.announced import announce

pytestmark = pytest.mark.django_db

FORM = Form(
    code="01/GTGT",
    title="TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG",
    basis="TT80/2021/TT-BTC",
    law="",
    xml={"maTKhai": "842", "pbanTKhaiXML": "2.8.3"},
    header_style="phuongXa",
    valid_from=date(2022, 1, 1),
    valid_to=None,
    periods=("month", "quarter", "year", "occurrence", "range"),
    outline="",
    fields={code: Field(code, "", Kind.TEXT) for code in ("hoat_dong_ma", "10", "11c")},
    appendices={},
    checks={},
    links=(),
    layout=Layout((), (), ()),
    distinct=("hoat_dong_ma", "10", "11c"),
)
HEADER = {"mst": "0319900012", "maCQTNoiNop": "10100", "loaiTKhai": "C", "soLan": "0"}
AFTER_DUE = "2026-07-01"


@pytest.fixture
def taxpayer(company_a: tuple[User, Taxpayer]) -> Taxpayer:
    return company_a[1]


def submitted(
    taxpayer: Taxpayer,
    period: str = "2026-05",
    day: str = AFTER_DUE,
    header: Mapping[str, str] | None = None,
    activity: str = "00",
) -> Submission:
    """A return filed at noon of a day in Viet Nam."""
    values = {"hoat_dong_ma": activity}
    return_ = Return(FORM, Period.parse(period), {**HEADER, **(header or {})}, values)
    return Submission(taxpayer, return_, datetime.fromisoformat(f"{day}T12:00:00+07:00"))


def filed(
    taxpayer: Taxpayer,
    period: str = "2026-05",
    supplement: int = 0,
    activity: str = "00",
    state: str = "received",
) -> Filing:
    tax_period = Period.parse(period)
    code = next_transaction_code(datetime(2026, 6, 1, tzinfo=UTC))
    return Filing.objects.create(
        transaction_code=code,
        taxpayer=taxpayer,
        form_code=FORM.code,
        title=FORM.title,
        basis=FORM.basis,
        version=FORM.version,
        period=period,
        period_kind=tax_period.kind.value,
        period_start=tax_period.start,
        period_end=tax_period.end,
        activity=activity,
        kind="B" if supplement else "C",
        supplement_no=supplement,
        body=b"",
        body_sha256=code,
        content_sha256=code,
        received_at=datetime(2026, 6, 1, tzinfo=UTC),
        state=state,
    )


def codes(rule: Rule, submission: Submission) -> list[str]:
    return [found.code for found in rule(submission)]


SUPPLEMENT_1 = {"loaiTKhai": "B", "soLan": "1"}
SUPPLEMENT_2 = {"loaiTKhai": "B", "soLan": "2"}


@pytest.mark.error(each="found")
@pytest.mark.near_miss("FILE-FOREIGN-MST")
@pytest.mark.parametrize(("mst", "found"), [("0319900037", ["FILE-FOREIGN-MST"]), ("0319900012", [])])
def test_the_return_carries_the_tax_code_of_the_account(
    taxpayer: Taxpayer, mst: str, found: list[str]
) -> None:
    assert codes(rules.right_taxpayer, submitted(taxpayer, header={"mst": mst})) == found


def test_a_branch_code_is_the_same_with_and_without_its_hyphen(taxpayer: Taxpayer) -> None:
    taxpayer.mst = "0319900012-001"
    assert not codes(rules.right_taxpayer, submitted(taxpayer, header={"mst": "0319900012001"}))
    assert codes(rules.right_taxpayer, submitted(taxpayer)) == ["FILE-FOREIGN-MST"]


@pytest.mark.error(each="found")
@pytest.mark.near_miss("FILE-OFFICE")
@pytest.mark.parametrize(("office", "found"), [("70123", ["FILE-OFFICE"]), ("10100", []), ("", [])])
def test_another_office_is_asked_about(taxpayer: Taxpayer, office: str, found: list[str]) -> None:
    assert codes(rules.right_office, submitted(taxpayer, header={"maCQTNoiNop": office})) == found


@pytest.mark.error(each="found")
@pytest.mark.near_miss("FILE-PERIOD-NOT-OVER", "FILE-YEAR-NOT-OVER")
@pytest.mark.parametrize(
    ("period", "day", "found"),
    [
        ("2026-05", "2026-05-31", ["FILE-PERIOD-NOT-OVER"]),
        ("2026-05", "2026-06-01", []),
        ("2026-Q2", "2026-06-30", ["FILE-PERIOD-NOT-OVER"]),
        ("2026-Q2", "2026-07-01", []),
        ("2026", "2025-12-31", ["FILE-PERIOD-NOT-OVER"]),
        ("2026", "2026-06-15", ["FILE-YEAR-NOT-OVER"]),
        ("2026", "2027-01-01", []),
        ("2026-05-20", "2026-05-19", ["FILE-PERIOD-NOT-OVER"]),
        ("2026-05-20", "2026-05-20", []),
        ("2026-01-01..2026-05-20", "2026-05-20", ["FILE-PERIOD-NOT-OVER"]),
        ("2026-01-01..2026-05-20", "2026-05-21", []),
    ],
)
def test_a_period_is_filed_when_it_is_over(
    taxpayer: Taxpayer, period: str, day: str, found: list[str]
) -> None:
    assert codes(rules.period_over, submitted(taxpayer, period, day)) == found


def test_the_day_of_receipt_is_that_of_viet_nam(taxpayer: Taxpayer) -> None:
    late = datetime(2026, 5, 31, 17, 0, 0, tzinfo=UTC)
    submission = Submission(taxpayer, submitted(taxpayer).return_, late)
    assert submission.day == date(2026, 6, 1)
    assert not codes(rules.period_over, submission)


@pytest.mark.error(each="found")
@pytest.mark.near_miss("FILE-FORM-OF-DAY")
@pytest.mark.parametrize(
    ("period", "day", "header", "found"),
    [
        ("2026-11", "2026-12-14", None, []),
        ("2026-11", "2026-12-15", None, ["FILE-FORM-OF-DAY"]),
        ("2026-06", "2026-12-15", None, []),
        ("2026-07", "2026-12-15", None, ["FILE-FORM-OF-DAY"]),
        ("2026-07", "2026-12-15", SUPPLEMENT_1, []),
    ],
)
def test_from_the_announced_day_a_first_return_from_7_2026_is_not_taken_on_the_old_form(
    taxpayer: Taxpayer,
    monkeypatch: pytest.MonkeyPatch,
    period: str,
    day: str,
    header: Mapping[str, str] | None,
    found: list[str],
) -> None:
    announce(monkeypatch)
    assert codes(rules.form_of_the_day, submitted(taxpayer, period, day, header)) == found


def test_until_a_day_is_announced_the_old_form_is_taken_for_every_period(taxpayer: Taxpayer) -> None:
    assert not codes(rules.form_of_the_day, submitted(taxpayer, "2026-Q3", "2027-01-20"))


def test_a_form_not_of_the_period_is_left_to_the_checks_of_the_return(taxpayer: Taxpayer) -> None:
    assert not codes(rules.form_of_the_day, submitted(taxpayer, "2021-11", "2026-11-20"))


def test_a_second_first_return_after_the_due_date_is_a_duplicate(taxpayer: Taxpayer) -> None:
    assert not codes(rules.only_first, submitted(taxpayer))
    first = filed(taxpayer)
    (found,) = rules.only_first(submitted(taxpayer, day="2026-06-23"))
    assert found.code == "FILE-DUPLICATE"
    assert first.transaction_code in found.message.vi


def test_until_the_due_date_a_first_return_replaces_the_earlier_one(taxpayer: Taxpayer) -> None:
    filed(taxpayer)
    assert codes(rules.only_first, submitted(taxpayer, day="2026-06-22")) == ["FILE-REPLACES"]


def test_a_first_return_that_was_supplemented_is_not_replaced(taxpayer: Taxpayer) -> None:
    filed(taxpayer)
    filed(taxpayer, supplement=1)
    assert codes(rules.only_first, submitted(taxpayer, day="2026-06-10")) == ["FILE-DUPLICATE"]


@pytest.mark.parametrize(
    "standing",
    [{"activity": "02"}, {"period": "2026-04"}, {"state": "refused"}, {"state": "replaced"}],
    ids=["another activity", "another period", "refused", "replaced"],
)
def test_what_does_not_stand_in_the_same_place_is_no_duplicate(
    taxpayer: Taxpayer, standing: dict[str, str]
) -> None:
    filed(taxpayer, **standing)  # type: ignore[arg-type]  # every value is the text its parameter asks
    assert not codes(rules.only_first, submitted(taxpayer))


def test_an_occurrence_may_happen_twice_a_day(taxpayer: Taxpayer) -> None:
    filed(taxpayer, "2026-05-20")
    assert not codes(rules.only_first, submitted(taxpayer, "2026-05-20"))
    filed(taxpayer, "2026-05-20")
    assert Filing.objects.filter(period_kind=PeriodKind.OCCURRENCE).count() == 2


@pytest.mark.error(each="found")
@pytest.mark.near_miss("FILE-MONTH-AND-QUARTER")
@pytest.mark.parametrize(
    ("earlier", "period", "found"),
    [
        ("2026-05", "2026-Q2", ["FILE-MONTH-AND-QUARTER"]),
        ("2026-Q2", "2026-06", ["FILE-MONTH-AND-QUARTER"]),
        ("2026-Q2", "2026-07", []),
        ("2026-03", "2026-Q2", []),
        ("2026-05", "2026-06", []),
    ],
)
def test_a_form_is_filed_by_month_or_by_quarter(
    taxpayer: Taxpayer, earlier: str, period: str, found: list[str]
) -> None:
    filed(taxpayer, earlier)
    assert codes(rules.month_or_quarter, submitted(taxpayer, period)) == found


def test_a_supplement_comes_after_the_first_return(taxpayer: Taxpayer) -> None:
    supplement = submitted(taxpayer, header=SUPPLEMENT_1)
    assert codes(rules.supplement_in_turn, supplement) == ["FILE-SUPPLEMENT-EARLY"]
    filed(taxpayer)
    assert not codes(rules.supplement_in_turn, supplement)


def test_supplements_are_numbered_in_turn(taxpayer: Taxpayer) -> None:
    filed(taxpayer)
    assert codes(rules.supplement_in_turn, submitted(taxpayer, header=SUPPLEMENT_2)) == [
        "FILE-SUPPLEMENT-NUMBER"
    ]
    filed(taxpayer, supplement=1)
    assert codes(rules.supplement_in_turn, submitted(taxpayer, header=SUPPLEMENT_1)) == [
        "FILE-SUPPLEMENT-NUMBER"
    ]
    assert not codes(rules.supplement_in_turn, submitted(taxpayer, header=SUPPLEMENT_2))


def test_an_agent_may_sign_from_the_first_to_the_last_day_of_its_contract(taxpayer: Taxpayer) -> None:
    AgentContract.objects.create(
        taxpayer=taxpayer, mst="0319900099", name="ĐẠI LÝ", start=date(2026, 1, 1), end=date(2026, 6, 30)
    )
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert ["0319900099" in taxpayer.signers(day) for day in days] == [False, True, True, False]
    assert all(taxpayer.mst in taxpayer.signers(day) for day in days)


def test_transaction_codes_have_prefix_year_and_a_serial_of_the_year() -> None:
    new_year = datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC)
    before = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    given = [next_transaction_code(at) for at in (before, before, new_year)]
    assert given == ["90020260000000001", "90020260000000002", "90020270000000001"]


def placed(*values: str) -> str:
    return activity_of(
        Return(FORM, Period.parse("2026-05"), HEADER, dict(zip(FORM.distinct, values, strict=False)))
    )


def test_returns_of_two_places_are_told_apart() -> None:
    hanoi, hue = placed("00", "0319900012-001", "Hà Nội"), placed("00", "0319900012-002", "Hà Nội")
    named = {placed("00"), placed("01"), placed("00", "", "Huế"), placed("00", "Huế"), hanoi, hue, placed()}
    assert len(named) == 7
    assert all(len(name) <= 20 for name in named)
    assert (placed("00"), placed("00", "", "")) == ("00", "00")


def test_spaces_and_capitals_tell_no_two_places_apart() -> None:
    assert placed("00", " 0319900012-001", "HÀ  NỘI") == placed("00", "0319900012-001", "Hà Nội")


def test_no_value_passes_for_two_or_for_a_digest() -> None:
    assert placed("00|1") != placed("00", "1")
    long = placed("00", "0319900012-001", "Hà Nội")
    assert placed(long) != long


def test_a_form_without_such_boxes_has_one_first_return() -> None:
    assert activity_of(Return(replace(FORM, distinct=()), Period.parse("2026-05"), HEADER, {"10": "1"})) == ""


def test_first_returns_of_two_places_stand_side_by_side(taxpayer: Taxpayer) -> None:
    filed(taxpayer, activity=placed("00", "0319900012-001", "Hà Nội"))
    assert codes(rules.only_first, _of_place(taxpayer, "0319900012-002")) == []
    assert codes(rules.only_first, _of_place(taxpayer, "0319900012-001")) == ["FILE-DUPLICATE"]
    filed(taxpayer, activity=placed("00", "0319900012-002", "Hà Nội"))


def _of_place(taxpayer: Taxpayer, code: str) -> Submission:
    ordinary = submitted(taxpayer)
    values = {"hoat_dong_ma": "00", "10": code, "11c": "Hà Nội"}
    return replace(ordinary, return_=replace(ordinary.return_, values=values))
