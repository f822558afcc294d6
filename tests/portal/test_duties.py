"""The returns a taxpayer has to file: when, how far each is, and what being late costs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.duties.models import Outage
from khaithue.portal.duties.obligations import Obligation, State, obligation_of, obligations_for
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.registration.models import FormRegistration
from tests.portal.conftest import member
from tests.portal.signed import changed
from tests.portal.test_drafts import filed, opened
from tests.returns.announced import DAY, announce

Pair = tuple[User, Taxpayer]
TODAY = date(2026, 6, 10)


@pytest.fixture
def company_a(db: None) -> Pair:
    """Company A, which has registered no form: the usual ones are expected of it."""
    return member("a", "0319900012", "CÔNG TY TNHH MẪU A", forms={})


def owed(pair: Pair, today: date = TODAY, ahead: int = 45, behind: int = 31) -> list[Obligation]:
    since, until = today - timedelta(days=behind), today + timedelta(days=ahead)
    return obligations_for(pair[1], since, until, today)


def listed(pair: Pair, today: date = TODAY, ahead: int = 45) -> list[tuple[str, str, date]]:
    return [(each.form_code, str(each.period), each.due) for each in owed(pair, today, ahead)]


def one(pair: Pair, period: str = "2026-05", today: date = TODAY, form: str = "01/GTGT") -> Obligation:
    found = obligation_of(pair[1], form, Period.parse(period), today)
    assert found is not None
    return found


def registered(pair: Pair, form: str, first: str, last: str = "") -> FormRegistration:
    period, end = Period.parse(first), Period.parse(last).end if last else None
    return FormRegistration.objects.create(
        taxpayer=pair[1],
        form_code=form,
        period_kind=period.kind.value,
        first_period=first,
        first_start=period.start,
        last_period=last,
        last_end=end,
        registered_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


def filed_on(pair: Pair, day: date, **how: str) -> Filing:
    filing = filed(pair, **how)  # type: ignore[arg-type]  # only texts are passed
    noon = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    Filing.objects.filter(pk=filing.pk).update(received_at=noon)
    return filing


def test_an_organisation_sees_vat_and_wage_withholding_of_the_period_just_over(company_a: Pair) -> None:
    assert listed(company_a, date(2026, 5, 2), 20) == [
        ("01/GTGT", "2026-03", date(2026, 4, 20)),
        ("05/KK-TNCN", "2026-03", date(2026, 4, 20)),
        ("01/GTGT", "2026-04", date(2026, 5, 20)),
        ("05/KK-TNCN", "2026-04", date(2026, 5, 20)),
    ]


def test_of_a_person_nothing_is_expected_but_what_is_registered_or_was_filed(company_a: Pair) -> None:
    Taxpayer.objects.update(kind=Taxpayer.Kind.PERSON)
    company_a[1].refresh_from_db()
    assert listed(company_a, date(2026, 5, 2)) == []
    registered(company_a, "02/KK-TNCN", "2026-Q1")
    assert listed(company_a, date(2026, 5, 2)) == [("02/KK-TNCN", "2026-Q1", date(2026, 5, 4))]


def test_the_finalisation_is_due_by_the_end_of_march(company_a: Pair) -> None:
    assert ("05/QTT-TNCN", "2025", date(2026, 3, 31)) in listed(company_a, date(2026, 3, 2))


def test_a_form_filed_by_quarter_is_due_by_quarter(company_a: Pair) -> None:
    filed(company_a, period="2025-Q4")
    assert [item[:2] for item in listed(company_a, date(2026, 5, 2)) if item[0] == "01/GTGT"] == [
        ("01/GTGT", "2026-Q1")
    ]


def test_a_form_filed_before_is_due_again_and_one_never_filed_is_not(company_a: Pair) -> None:
    day = date(2026, 5, 2)
    assert "04/GTGT" not in {item[0] for item in listed(company_a, day)}
    filing = filed(company_a, period="2026-03")
    Filing.objects.filter(pk=filing.pk).update(form_code="04/GTGT")
    assert ("04/GTGT", "2026-04", date(2026, 5, 20)) in listed(company_a, day)


def test_a_draft_on_a_form_no_longer_taken_is_not_the_draft_of_the_return(
    company_a: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(company_a, "01/GTGT", "2026-10")
    filed(company_a, period="2026-10")
    draft = opened(company_a, "2026-11")
    assert one(company_a, "2026-11", DAY).draft == draft
    announce(monkeypatch)
    assert one(company_a, "2026-11", DAY).draft is None


def test_what_is_registered_is_due_and_the_usual_list_no_more(company_a: Pair) -> None:
    registered(company_a, "04/GTGT", "2026-Q1")
    assert listed(company_a, date(2026, 7, 2), 30) == [("04/GTGT", "2026-Q2", date(2026, 7, 31))]
    assert listed(company_a, date(2026, 4, 2), 40) == [("04/GTGT", "2026-Q1", date(2026, 5, 4))]


def test_nothing_is_due_before_the_first_registered_period_or_after_the_last(company_a: Pair) -> None:
    registered(company_a, "01/GTGT", "2026-03", "2026-04")
    whole_year = obligations_for(company_a[1], date(2026, 1, 1), date(2026, 12, 31), TODAY)
    assert [str(each.period) for each in whole_year] == ["2026-03", "2026-04"]


def test_a_form_registered_anew_by_quarter_is_due_by_quarter_from_then(company_a: Pair) -> None:
    registered(company_a, "01/GTGT", "2026-02", "2026-03")
    registered(company_a, "01/GTGT", "2026-Q2")
    whole_year = obligations_for(company_a[1], date(2026, 1, 1), date(2026, 8, 31), TODAY)
    assert [str(each.period) for each in whole_year] == ["2026-02", "2026-03", "2026-Q2"]


def test_of_a_list_nobody_registered_nothing_long_past_is_late(company_a: Pair) -> None:
    assert min(each.due for each in owed(company_a, behind=366)) >= TODAY - timedelta(days=31)
    registered(company_a, "01/GTGT", "2026-01")
    assert [str(each.period) for each in owed(company_a, behind=366, ahead=0)] == [
        "2026-01",
        "2026-02",
        "2026-03",
        "2026-04",
    ]


def states(pair: Pair) -> Iterator[tuple[str, State]]:
    for each in owed(pair, ahead=60):
        if each.form_code == "01/GTGT":
            yield str(each.period), each.state


def test_a_return_is_late_due_or_not_due_by_its_days(company_a: Pair) -> None:
    assert list(states(company_a)) == [
        ("2026-04", State.LATE),
        ("2026-05", State.DUE),
        ("2026-06", State.NOT_DUE),
    ]


def test_a_return_is_in_time_to_the_end_of_its_last_day(company_a: Pair) -> None:
    assert one(company_a, "2026-05", date(2026, 6, 22)).state is State.DUE
    assert one(company_a, "2026-05", date(2026, 6, 23)).state is State.LATE


def test_a_received_return_is_filed_a_refused_one_is_to_be_filed_again(company_a: Pair) -> None:
    filed(company_a, period="2026-05")
    refused = filed(company_a, period="2026-04", state="refused")
    assert one(company_a, "2026-05").state is State.FILED
    assert (one(company_a, "2026-04").state, one(company_a, "2026-04").refused) == (State.REFUSED, refused)
    again = filed(company_a, period="2026-04")
    found = one(company_a, "2026-04")
    assert (found.state, found.filing, found.refused) == (State.FILED, again, None)


def test_a_supplement_alone_or_a_replaced_return_is_not_the_return(company_a: Pair) -> None:
    filed(company_a, period="2026-05", supplement=1)
    filed(company_a, period="2026-05", state="replaced")
    assert one(company_a, "2026-05").state is State.DUE


def test_a_return_filed_on_paper_is_filed(company_a: Pair) -> None:
    registered(company_a, "01/GTGT", "2026-05")
    draft = opened(company_a, "2026-05")
    PaperReturn.objects.create(
        taxpayer=company_a[1],
        form_code="01/GTGT",
        basis=draft.basis,
        version=draft.version,
        period="2026-05",
        data=draft.data,
        filed_on=date(2026, 6, 19),
    )
    found = one(company_a, "2026-05", date(2026, 7, 1))
    assert (found.state, found.cost) == (State.FILED, None)
    PaperReturn.objects.update(filed_on=date(2026, 6, 23))
    late = one(company_a, "2026-05", date(2026, 7, 1)).cost
    assert late is not None
    assert late.days == 1


def test_what_is_late_costs_a_fine_and_interest_on_the_tax_of_its_draft(company_a: Pair) -> None:
    """May 2026 was due on 22/6: on 2/7 it is 10 days late, 9 of which bear 0.03% of 10,000,000 đồng."""
    registered(company_a, "01/GTGT", "2026-05")
    draft = opened(company_a, "2026-05")
    draft.data["values"].update({"32": 100_000_000, "33": 10_000_000})
    draft.save()
    cost = one(company_a, "2026-05", date(2026, 7, 2)).cost
    assert cost is not None
    assert cost.fine is not None
    assert cost.interest is not None
    assert (cost.days, cost.fine.least, cost.fine.most) == (10, 2_000_000, 5_000_000)
    assert "Nghị định 125/2020/NĐ-CP" in cost.fine.law
    assert (cost.tax, cost.interest.days, cost.interest.amount, cost.daily) == (10_000_000, 9, 27_000, 3_000)


def test_a_person_is_fined_half_of_an_organisation(company_a: Pair) -> None:
    """Điều 5, khoản 4 Điều 7 Nghị định 125/2020/NĐ-CP."""
    Taxpayer.objects.update(kind=Taxpayer.Kind.PERSON)
    company_a[1].refresh_from_db()
    registered(company_a, "01/GTGT", "2026-05")
    listed_one = one(company_a, "2026-05", date(2026, 7, 2))
    filed_on(company_a, date(2026, 7, 2), period="2026-05")
    for found in (listed_one, one(company_a, "2026-05", date(2026, 8, 2))):
        assert found.cost is not None
        assert found.cost.fine is not None
        assert (found.cost.fine.least, found.cost.fine.most) == (1_000_000, 2_500_000)


def test_without_figures_the_interest_is_unknown_and_in_time_there_is_no_cost(company_a: Pair) -> None:
    late = one(company_a, "2026-05", date(2026, 7, 2)).cost
    assert late is not None
    assert (late.tax, late.interest, late.daily) == (None, None, 0)
    assert one(company_a, "2026-05", date(2026, 6, 22)).cost is None


def test_a_return_filed_late_costs_by_the_day_it_was_filed(company_a: Pair) -> None:
    text = changed(("<ct40>0</ct40>", "<ct40>2000000</ct40>"))
    filed_on(company_a, date(2026, 6, 24), text=text)
    found = one(company_a, "2026-05", date(2026, 9, 1))
    assert found.state is State.FILED
    assert found.cost is not None
    assert found.cost.days == 2
    filed_on(company_a, date(2026, 6, 22), period="2026-04")
    Filing.objects.filter(period="2026-05").update(received_at=datetime(2026, 6, 22, 16, 59, tzinfo=UTC))
    assert one(company_a, "2026-05", date(2026, 9, 1)).cost is None


def test_an_outage_moves_the_due_date_and_makes_what_was_filed_late_in_time(company_a: Pair) -> None:
    filed_on(company_a, date(2026, 6, 23))
    assert one(company_a, today=date(2026, 7, 2)).cost is not None
    Outage.objects.create(
        began_at=datetime(2026, 6, 22, 8, tzinfo=UTC),
        ended_at=datetime(2026, 6, 22, 9, tzinfo=UTC),
        reason="Mất điện",
        declared_by=company_a[0],
        declared_at=datetime(2026, 6, 30, tzinfo=UTC),
    )
    found = one(company_a, today=date(2026, 7, 2))
    assert (found.due, found.cost) == (date(2026, 6, 23), None)
    assert found.when.move is not None


def test_many_filings_take_as_many_queries_as_one(company_a: Pair) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            obligations_for(company_a[1], date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))
        return len(asked)

    filed(company_a, period="2025-12")
    of_the_usual = queries()
    registration = registered(company_a, "01/GTGT", "2025-01")
    of_registered = queries()
    for month in range(1, 11):
        filed(company_a, period=f"2026-{month:02}")
        opened(company_a, f"2025-{month:02}")
    assert queries() == of_registered <= 8
    registration.delete()
    assert queries() == of_the_usual <= 8
