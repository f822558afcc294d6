"""Forms are registered with a first period before they are filed, and filed until they are ended."""

import zlib
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.filing.models import Filing
from khaithue.portal.registration import periods
from khaithue.portal.registration.actions.end_form import end_form
from khaithue.portal.registration.actions.register_forms import register_forms
from khaithue.portal.registration.choosing import Wish
from khaithue.portal.registration.forms import not_registered, registered_forms, registration_for
from khaithue.portal.registration.models import FormRegistration
from tests.portal.conftest import Clock
from tests.portal.signed import SAMPLE

Pair = tuple[User, Taxpayer]
TODAY = date(2026, 7, 1)
VAT = "01/GTGT"


@pytest.fixture
def company(company_a: Pair, clock: Clock) -> Pair:
    """Company A on 1 July 2026, with nothing registered."""
    assert clock.now.date() == TODAY
    company_a[1].form_registrations.all().delete()
    return company_a


def add(pair: Pair, *wishes: Wish) -> list[str]:
    """Register; the codes found."""
    outcome = register_forms(user=pair[0], taxpayer=pair[1], wishes=wishes)
    assert (outcome.value is None) == bool(outcome.findings)
    return [item.code for item in outcome.findings]


def end(pair: Pair, last: str, form_code: str = VAT) -> list[str]:
    held = pair[1].form_registrations.filter(form_code=form_code).order_by("pk").last()
    assert held is not None
    return [item.code for item in end_form(user=pair[0], registration=held, last=last).findings]


def held(pair: Pair) -> list[tuple[str, str, str, str]]:
    rows = pair[1].form_registrations.order_by("form_code", "first_start")
    return [(row.form_code, row.period_kind, row.first_period, row.last_period) for row in rows]


@pytest.mark.near_miss("FORM-UNKNOWN", "FORM-NONE-CHOSEN", "FORM-PERIOD")
def test_one_or_many_forms_are_registered_each_from_its_first_period(company: Pair) -> None:
    assert add(company, Wish(VAT, "month", "08/2026"), Wish("05/QTT-TNCN", "year", "2025")) == []
    assert held(company) == [("01/GTGT", "month", "2026-08", ""), ("05/QTT-TNCN", "year", "2025", "")]
    first = company[1].form_registrations.get(form_code=VAT)
    assert (first.first_start, first.last_end, first.ended_at) == (date(2026, 8, 1), None, None)
    entry = AuditEntry.objects.get(action="registration.register_forms")
    assert entry.detail == {"forms": ["01/GTGT 2026-08", "05/QTT-TNCN 2025"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "form_code", "kind", "expected"),
    [
        ("2026-07-01", VAT, "month", "2026-06"),  # June is due on 20 July
        ("2026-07-20", VAT, "month", "2026-06"),
        ("2026-07-21", VAT, "month", "2026-07"),
        ("2026-07-01", VAT, "quarter", "2026-Q2"),
        ("2026-08-03", VAT, "quarter", "2026-Q3"),
        ("2026-07-01", "05/QTT-TNCN", "year", "2026"),  # 2025 was due on 31 March
        ("2026-02-01", "05/QTT-TNCN", "year", "2025"),
        ("2026-07-01", "01/BĐS", "half_year", "2026-H1"),
        ("2026-07-01", "04/GTGT", "occurrence", "2026-07-01"),
    ],
)
def test_a_blank_first_period_is_the_nearest_that_may_still_be_filed_in_time(
    day: str, form_code: str, kind: str, expected: str
) -> None:
    assert str(periods.nearest_period(form_code, PeriodKind(kind), date.fromisoformat(day))) == expected


def test_blank_kind_and_period_are_filled_in(company: Pair) -> None:
    assert add(company, Wish(VAT)) == []
    assert held(company) == [("01/GTGT", "month", "2026-06", "")]


def test_one_form_that_cannot_be_registered_keeps_all_from_being(company: Pair) -> None:
    assert add(company, Wish(VAT), Wish("99/X")) == ["FORM-UNKNOWN"]
    assert held(company) == []


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish("99/X"), "FORM-UNKNOWN"),
        (Wish("01-1/TB-TĐT"), "FORM-UNKNOWN"),  # a notice is nobody's return
        (Wish(VAT, "year"), "FORM-KIND"),
        (Wish(VAT, "range"), "FORM-KIND"),
        (Wish(VAT, "month", "tháng tới"), "FORM-PERIOD"),
        (Wish(VAT, "month", "Q3/2026"), "FORM-PERIOD"),
        (Wish(VAT, "month", "13/2026"), "FORM-PERIOD"),
        (Wish(VAT, "month", "12/2015"), "FORM-FIRST-TOO-EARLY"),
        (Wish(VAT, "month", "08/2027"), "FORM-FIRST-TOO-LATE"),
    ],
)
def test_what_cannot_be_registered_is_told(company: Pair, wish: Wish, code: str) -> None:
    assert add(company, wish) == [code]
    assert held(company) == []


@pytest.mark.near_miss("FORM-FIRST-TOO-EARLY", "FORM-FIRST-TOO-LATE", "FORM-KIND")
@pytest.mark.parametrize("first", ["01/2016", "07/2027", "07/2026", " 7/2026 ", "2026-07"])
def test_the_first_and_last_possible_periods_and_every_way_of_writing_are_taken(
    company: Pair, first: str
) -> None:
    assert add(company, Wish(VAT, "month", first)) == []


@pytest.mark.error("FORM-NONE-CHOSEN")
def test_nothing_ticked_is_told(company: Pair) -> None:
    assert add(company) == ["FORM-NONE-CHOSEN"]


def test_a_form_is_registered_once_at_a_time(company: Pair) -> None:
    add(company, Wish(VAT, "month", "05/2026"))
    assert add(company, Wish(VAT, "month", "05/2026")) == ["FORM-ALREADY-REGISTERED"]
    assert add(company, Wish(VAT, "quarter", "Q3/2026")) == ["FORM-ALREADY-REGISTERED"]
    assert add(company, Wish(VAT, "quarter", "Q2/2026")) == ["FORM-ALREADY-REGISTERED"]
    assert len(held(company)) == 1


def test_earlier_periods_are_registered_up_to_where_the_later_begin(company: Pair) -> None:
    add(company, Wish(VAT, "month", "05/2026"))
    assert add(company, Wish(VAT, "month", "03/2026")) == []
    assert held(company) == [
        ("01/GTGT", "month", "2026-03", "2026-04"),
        ("01/GTGT", "month", "2026-05", ""),
    ]


@pytest.mark.error("FORM-ALREADY-REGISTERED", "FORM-ENDED")
@pytest.mark.near_miss("FORM-ALREADY-REGISTERED", "FORM-ENDED")
def test_an_ended_form_is_owed_until_its_last_period_and_may_be_registered_again(company: Pair) -> None:
    add(company, Wish(VAT, "month", "01/2026"))
    assert end(company, "06/2026") == []
    assert held(company) == [("01/GTGT", "month", "2026-01", "2026-06")]
    assert set(registered_forms(company[1], date(2026, 6, 30))) == {VAT}
    assert registered_forms(company[1], date(2026, 7, 1)) == {}
    assert end(company, "05/2026") == ["FORM-ENDED"]
    assert add(company, Wish(VAT, "quarter", "Q2/2026")) == ["FORM-ALREADY-REGISTERED"]
    assert add(company, Wish(VAT, "quarter", "Q3/2026")) == []
    assert registered_forms(company[1], date(2026, 7, 1))[VAT].period_kind == "quarter"


@pytest.mark.error("FORM-END-BEFORE-START")
@pytest.mark.near_miss("FORM-END-BEFORE-START")
def test_a_last_period_is_of_the_same_kind_and_not_before_the_first(company: Pair) -> None:
    add(company, Wish(VAT, "month", "05/2026"))
    assert end(company, "04/2026") == ["FORM-END-BEFORE-START"]
    assert end(company, "Q2/2026") == ["FORM-PERIOD"]
    assert end(company, "") == ["FORM-PERIOD"]
    assert end(company, "05/2026") == []


@pytest.mark.error("FORM-END-FILED")
@pytest.mark.near_miss("FORM-END-FILED")
def test_a_form_filed_for_a_later_period_is_not_ended_before_it(company: Pair) -> None:
    add(company, Wish(VAT, "month", "04/2026"))
    filing(company[1], "2026-05")
    assert end(company, "04/2026") == ["FORM-END-FILED"]
    assert end(company, "05/2026") == []


def test_only_who_may_manage_registers_and_ends(company: Pair) -> None:
    add(company, Wish(VAT))
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    Membership.objects.create(user=clerk, taxpayer=company[1], may_manage=False)
    with pytest.raises(PermissionDenied):
        register_forms(user=clerk, taxpayer=company[1], wishes=[Wish("05/QTT-TNCN")])
    with pytest.raises(PermissionDenied):
        end_form(user=clerk, registration=company[1].form_registrations.get(), last="06/2026")
    assert held(company) == [("01/GTGT", "month", "2026-06", "")]


@pytest.mark.error(each="code")
@pytest.mark.near_miss("FILE-AFTER-LAST-PERIOD", "FILE-BEFORE-FIRST-PERIOD")
@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("2026-03", "FILE-BEFORE-FIRST-PERIOD"),
        ("2026-04", ""),
        ("2026-05", ""),
        ("2026-06", "FILE-AFTER-LAST-PERIOD"),
        ("2026-Q1", "FILE-BEFORE-FIRST-PERIOD"),
        ("2026-Q2", ""),  # a quarter reaches into the months registered
        ("2026-Q3", "FILE-AFTER-LAST-PERIOD"),
    ],
)
def test_a_return_falls_into_the_registered_periods_or_it_is_told_why_not(
    company: Pair, period: str, code: str
) -> None:
    add(company, Wish(VAT, "month", "04/2026"))
    end(company, "05/2026")
    found = not_registered(company[1], VAT, Period.parse(period))
    assert (found.code if found else "") == code
    assert (registration_for(company[1], VAT, Period.parse(period)) is None) == bool(code)


def test_a_draft_of_a_form_nobody_registered_is_caught_when_it_is_opened(company: Pair) -> None:
    outcome = open_draft(user=company[0], taxpayer=company[1], form_code=VAT, period="2026-05")
    assert (outcome.draft, [item.code for item in outcome.findings]) == (None, ["FILE-NOT-REGISTERED"])
    add(company, Wish(VAT, "month", "05/2026"))
    again = open_draft(user=company[0], taxpayer=company[1], form_code=VAT, period="2026-05")
    assert again.draft is not None


def test_a_supplement_is_drafted_though_the_form_is_ended(company: Pair) -> None:
    filing(company[1], "2026-05")
    add(company, Wish(VAT, "month", "06/2026"))
    found = open_draft(user=company[0], taxpayer=company[1], form_code=VAT, period="2026-05", kind="B")
    assert found.draft is not None
    assert (found.draft.kind, found.draft.supplement_no) == ("B", 1)


def test_on_a_day_two_registrations_of_one_form_meet_the_later_counts(company: Pair) -> None:
    for first, last in (("2026-01", "2026-06"), ("2026-Q3", "")):
        begun, over = Period.parse(first), Period.parse(last) if last else None
        FormRegistration.objects.create(
            taxpayer=company[1],
            form_code=VAT,
            period_kind=begun.kind.value,
            first_period=first,
            first_start=begun.start,
            last_period=last,
            last_end=over.end if over else None,
            registered_at=datetime.fromisoformat("2026-01-01T00:00:00+07:00"),
        )
    kinds = [registered_forms(company[1], date(2026, month, 30))[VAT].period_kind for month in (6, 7)]
    assert kinds == ["month", "quarter"]


def filing(taxpayer: Taxpayer, period: str) -> Filing:
    found = Period.parse(period)
    return Filing.objects.create(
        transaction_code=f"9002026{period.replace('-', ''):0>10}",
        taxpayer=taxpayer,
        form_code=VAT,
        title="TỜ KHAI",
        basis="TT80/2021/TT-BTC",
        version="2.8.3",
        period=period,
        period_kind=found.kind.value,
        period_start=found.start,
        period_end=found.end,
        kind="C",
        body=zlib.compress(SAMPLE.encode()),
        body_sha256=period,
        content_sha256=period,
        received_at=datetime.fromisoformat("2026-06-20T09:00:00+07:00"),
    )
