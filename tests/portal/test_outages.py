"""The register of outages: what may be entered, and which due dates it moves."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from khaithue.exchange import returns_xml
from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Officer, Taxpayer, User
from khaithue.portal.audit.models import AuditEntry
from khaithue.portal.duties.actions.declare_outage import declare_outage
from khaithue.portal.duties.actions.end_outage import end_outage
from khaithue.portal.duties.actions.withdraw_outage import withdraw_outage
from khaithue.portal.duties.due_date import due_date
from khaithue.portal.duties.models import Outage
from khaithue.portal.duties.register import OutageOutcome, read_moment
from khaithue.portal.filing.rules import may_replace
from khaithue.portal.filing.submission import Submission
from tests.portal.conftest import Clock
from tests.portal.signed import SAMPLE
from tests.portal.test_drafts import filed

Pair = tuple[User, Taxpayer]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("office")]
MAY = Period.parse("2026-05")
"""Its 01/GTGT is due on Monday 22/6/2026, for 20/6 is a Saturday."""


def at(text: str) -> datetime:
    found = read_moment(text)
    assert found is not None
    return found


@pytest.fixture
def officer(clock: Clock) -> Officer:
    """An officer on 1/7/2026, 9:00."""
    user = User.objects.create_user("can-bo", email="can-bo@example.vn")
    return Officer.objects.create(user=user, office_code="10100", office_name="Thuế Mẫu")


def declared(officer: Officer, began: str, ended: str = "", reason: str = "Mất kết nối") -> OutageOutcome:
    return declare_outage(
        user=officer.user,
        officer=officer,
        began_at=at(began),
        ended_at=at(ended) if ended else None,
        reason=reason,
    )


def codes(outcome: OutageOutcome) -> list[str]:
    assert outcome.outage is None
    return [item.code for item in outcome.findings]


def due() -> date:
    return due_date("01/GTGT", MAY).due


@pytest.mark.parametrize(
    ("began", "ended", "moved"),
    [
        ("22/06/2026 09:00", "22/06/2026 10:00", date(2026, 6, 23)),
        ("22/06/2026 22:00", "23/06/2026 01:00", date(2026, 6, 24)),
        ("21/06/2026 23:00", "22/06/2026 00:01", date(2026, 6, 23)),
        ("21/06/2026 23:00", "22/06/2026 00:00", date(2026, 6, 22)),
        ("22/06/2026 23:59", "23/06/2026 00:00", date(2026, 6, 24)),
        ("23/06/2026 00:00", "23/06/2026 05:00", date(2026, 6, 22)),
        ("20/06/2026 08:00", "20/06/2026 20:00", date(2026, 6, 22)),
        ("22/06/2026 09:00", "26/06/2026 10:00", date(2026, 6, 29)),
    ],
    ids=[
        "ended the same day",
        "over midnight out of the last day",
        "over midnight into the last day",
        "over at the midnight the last day begins",
        "over at the midnight the last day ends",
        "the day after",
        "on the Saturday the law names, moved to Monday already",
        "back on a Friday",
    ],
)
def test_an_outage_on_the_last_day_moves_it_to_the_day_after_recovery(
    officer: Officer, began: str, ended: str, moved: date
) -> None:
    assert due() == date(2026, 6, 22)
    assert declared(officer, began, ended).outage
    assert due() == moved


def test_several_outages_each_move_the_day_the_one_before_moved_to(officer: Officer) -> None:
    declared(officer, "23/06/2026 14:00", "23/06/2026 15:00")
    declared(officer, "22/06/2026 09:00", "22/06/2026 10:00", "Mất điện")
    found = due_date("01/GTGT", MAY)
    assert found.due == date(2026, 6, 24)
    assert found.law.endswith("Khoản 7 Điều 44 Luật 38/2019/QH14; Điều 9 Thông tư 19/2021/TT-BTC")


def test_an_outage_that_goes_on_moves_the_day_after_today(officer: Officer, clock: Clock) -> None:
    declared(officer, "22/06/2026 09:00")
    found = due_date("01/GTGT", MAY)
    assert (found.due, found.provisional) == (date(2026, 7, 2), True)
    clock.forward(days=1)
    assert due() == date(2026, 7, 3)


@pytest.mark.near_miss("OUTAGE-FUTURE", "OUTAGE-NO-REASON")
def test_declared_after_the_fact_it_counts_from_then_on(officer: Officer) -> None:
    assert timezone.localdate() == date(2026, 7, 1)
    outcome = declared(officer, "22/06/2026 08:00", "22/06/2026 08:30")
    assert outcome.outage is not None
    assert outcome.outage.declared_at > outcome.outage.began_at
    assert due() == date(2026, 6, 23)


@pytest.mark.error("OUTAGE-CLOSED")
@pytest.mark.near_miss("OUTAGE-CLOSED")
def test_a_withdrawn_outage_moves_nothing_and_stays_in_the_register(officer: Officer) -> None:
    outage = declared(officer, "22/06/2026 09:00", "22/06/2026 10:00").outage
    assert outage is not None
    assert codes(withdraw_outage(user=officer.user, officer=officer, outage=outage, why=" ")) == [
        "OUTAGE-NO-REASON"
    ]
    assert due() == date(2026, 6, 23)
    done = withdraw_outage(user=officer.user, officer=officer, outage=outage, why="Ghi nhầm ngày")
    assert done.outage is not None
    assert (due(), Outage.objects.get().withdrawn_why) == (date(2026, 6, 22), "Ghi nhầm ngày")
    again = withdraw_outage(user=officer.user, officer=officer, outage=outage, why="Ghi nhầm ngày")
    assert codes(again) == ["OUTAGE-CLOSED"]


@pytest.mark.error("OUTAGE-END-FIRST")
@pytest.mark.near_miss("OUTAGE-END-FIRST")
def test_an_outage_is_given_its_end_once(officer: Officer) -> None:
    outage = declared(officer, "22/06/2026 09:00").outage
    assert outage is not None
    wrong = end_outage(user=officer.user, officer=officer, outage=outage, ended_at=at("22/06/2026 09:00"))
    assert codes(wrong) == ["OUTAGE-END-FIRST"]
    assert end_outage(
        user=officer.user, officer=officer, outage=outage, ended_at=at("22/06/2026 09:01")
    ).outage
    again = end_outage(user=officer.user, officer=officer, outage=outage, ended_at=at("22/06/2026 12:00"))
    assert codes(again) == ["OUTAGE-CLOSED"]
    assert due() == date(2026, 6, 23)


@pytest.mark.error("OUTAGE-END-FIRST")
def test_an_outage_ends_after_it_began(officer: Officer) -> None:
    assert codes(declared(officer, "22/06/2026 10:00", "22/06/2026 10:00")) == ["OUTAGE-END-FIRST"]
    assert codes(declared(officer, "22/06/2026 10:00", "22/06/2026 09:59")) == ["OUTAGE-END-FIRST"]
    assert declared(officer, "22/06/2026 10:00", "22/06/2026 10:01").outage


@pytest.mark.error("OUTAGE-FUTURE")
def test_no_outage_is_declared_before_it_happens(officer: Officer) -> None:
    assert codes(declared(officer, "01/07/2026 09:01")) == ["OUTAGE-FUTURE"]
    assert codes(declared(officer, "01/07/2026 08:00", "01/07/2026 09:01")) == ["OUTAGE-FUTURE"]
    assert declared(officer, "01/07/2026 08:00", "01/07/2026 09:00").outage


@pytest.mark.error("OUTAGE-OVERLAP")
@pytest.mark.near_miss("OUTAGE-OVERLAP")
def test_outages_do_not_overlap_but_may_touch(officer: Officer) -> None:
    declared(officer, "22/06/2026 09:00", "22/06/2026 10:00")
    for began, ended in [
        ("22/06/2026 09:30", "22/06/2026 11:00"),
        ("22/06/2026 08:00", "22/06/2026 09:01"),
        ("22/06/2026 08:00", "22/06/2026 11:00"),
        ("22/06/2026 08:00", ""),
    ]:
        assert codes(declared(officer, began, ended)) == ["OUTAGE-OVERLAP"]
    assert declared(officer, "22/06/2026 10:00", "22/06/2026 11:00").outage
    assert declared(officer, "22/06/2026 08:00", "22/06/2026 09:00").outage


def test_while_one_goes_on_no_later_one_is_declared_and_its_end_stops_at_the_next(officer: Officer) -> None:
    going = declared(officer, "22/06/2026 09:00").outage
    assert going is not None
    assert codes(declared(officer, "25/06/2026 09:00", "25/06/2026 10:00")) == ["OUTAGE-OVERLAP"]
    withdraw_outage(user=officer.user, officer=officer, outage=going, why="Ghi nhầm")
    assert declared(officer, "25/06/2026 09:00", "25/06/2026 10:00").outage


@pytest.mark.error("OUTAGE-NO-REASON")
def test_an_outage_has_a_reason_people_can_read(officer: Officer) -> None:
    span = ("22/06/2026 09:00", "22/06/2026 10:00")
    assert codes(declared(officer, *span, reason="  ")) == ["OUTAGE-NO-REASON"]
    assert codes(declared(officer, *span, reason="x" * 501)) == ["OUTAGE-NO-REASON"]
    assert declared(officer, *span, reason="x" * 500).outage


def test_only_officers_declare_and_each_act_is_in_the_trail(officer: Officer, company_a: Pair) -> None:
    with pytest.raises(PermissionDenied):
        declare_outage(
            user=company_a[0], officer=officer, began_at=at("22/06/2026 09:00"), ended_at=None, reason="x"
        )
    assert not Outage.objects.exists()
    declared(officer, "22/06/2026 09:00")
    assert AuditEntry.objects.filter(action="duties.declare_outage").count() == 1


def test_a_first_return_may_be_replaced_until_the_moved_due_date(officer: Officer, company_a: Pair) -> None:
    filed(company_a)
    return_ = returns_xml.read(SAMPLE.encode()).return_
    assert return_ is not None

    def on(day: str) -> bool:
        return may_replace(Submission(company_a[1], return_, at(f"{day} 10:00")))

    assert [on("22/06/2026"), on("23/06/2026")] == [True, False]
    declared(officer, "22/06/2026 09:00", "22/06/2026 10:00")
    assert [on("23/06/2026"), on("24/06/2026")] == [True, False]


@pytest.mark.parametrize("typed", ["", "22/06", "31/02/2026 10:00", "2026-06-22", "hôm qua"])
def test_what_is_no_moment_is_not_guessed(typed: str) -> None:
    assert read_moment(typed) is None


def test_a_moment_is_read_as_browsers_and_people_write_it() -> None:
    spellings = ("2026-06-22T09:30", "2026-06-22 09:30", " 22/06/2026 09:30 ")
    assert {read_moment(text) for text in spellings} == {datetime.fromisoformat("2026-06-22T09:30:00+07:00")}
