"""A main account may do everything, a sub-account what was granted, an agent what its contract says."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from khaithue.portal.accounts.access import NONE, Right, access
from khaithue.portal.accounts.models import AgentContract, Membership, Officer, Taxpayer, User
from khaithue.portal.action import Done, office_action
from tests.portal.conftest import member

TODAY = date(2026, 6, 15)
Pair = tuple[User, Taxpayer]


@pytest.fixture
def agent(db: None) -> Pair:
    return member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")


def contract(
    client: Pair, agent: Pair, *, start: date, end: date | None, forms: tuple[str, ...] = ()
) -> None:
    AgentContract.objects.create(
        taxpayer=client[1],
        agent=agent[1],
        mst=agent[1].mst,
        name=agent[1].name,
        forms=list(forms),
        start=start,
        end=end,
    )


def test_the_main_account_has_every_right_for_every_form(company_a: Pair) -> None:
    found = access(*company_a, TODAY)
    assert found.rights == frozenset(Right)
    assert found.may(Right.FILE, "01/GTGT")


def test_a_sub_account_has_what_was_granted_and_always_looks_up(company_a: Pair) -> None:
    clerk = User.objects.create_user("clerk", email="clerk@example.vn")
    Membership.objects.create(user=clerk, taxpayer=company_a[1], may_file=False, may_manage=False)
    assert access(clerk, company_a[1], TODAY).rights == {Right.LOOK_UP, Right.PREPARE}


def test_a_stranger_and_a_closed_account_have_no_right(company_a: Pair, company_b: Pair) -> None:
    assert access(company_b[0], company_a[1], TODAY) == NONE
    company_a[0].is_active = False
    assert access(*company_a, TODAY) == NONE


def test_an_agent_sees_a_client_from_the_first_to_the_last_day_of_the_contract(
    company_a: Pair, agent: Pair
) -> None:
    contract(company_a, agent, start=date(2026, 6, 10), end=date(2026, 6, 20))
    days = {date(2026, 6, day): bool(access(agent[0], company_a[1], date(2026, 6, day)).rights) for day in
            (9, 10, 20, 21)}  # fmt: skip
    assert list(days.values()) == [False, True, True, False]
    assert [company_a[1] in Taxpayer.objects.of(agent[0], day) for day in days] == [False, True, True, False]


def test_an_agent_reaches_the_contracted_forms_only_and_never_manages(company_a: Pair, agent: Pair) -> None:
    contract(company_a, agent, start=date(2026, 1, 1), end=None, forms=("01/GTGT",))
    found = access(agent[0], company_a[1], TODAY)
    assert found.may(Right.FILE, "01/GTGT")
    assert not found.may(Right.FILE, "05/KK-TNCN")
    assert Right.MANAGE not in found.rights


def test_two_contracts_reach_the_forms_of_both(company_a: Pair, agent: Pair) -> None:
    for form in ("01/GTGT", "05/KK-TNCN"):
        contract(company_a, agent, start=date(2026, 1, 1), end=None, forms=(form,))
    assert access(agent[0], company_a[1], TODAY).forms == frozenset({"01/GTGT", "05/KK-TNCN"})


def test_an_agent_that_has_stopped_its_service_acts_for_nobody(company_a: Pair, agent: Pair) -> None:
    contract(company_a, agent, start=date(2026, 1, 1), end=None)
    Taxpayer.objects.filter(pk=agent[1].pk).update(service=Taxpayer.Service.STOPPED)
    assert access(agent[0], company_a[1], TODAY) == NONE
    assert company_a[1] not in Taxpayer.objects.of(agent[0], TODAY)


@office_action("test.answer", owned="taxpayer")
def answer(*, user: User, taxpayer: Taxpayer) -> Done[str]:
    return Done(f"{user} answered", f"taxpayer:{taxpayer.pk}")


@pytest.mark.django_db(transaction=True)
def test_only_an_officer_of_the_taxpayers_office_answers(company_a: Pair) -> None:
    officer = User.objects.create_user("can-bo", email="can-bo@example.vn")
    post = Officer.objects.create(user=officer, office_code="99999", office_name="Thuế khác")
    with pytest.raises(PermissionDenied):
        answer(user=officer, taxpayer=company_a[1])
    Officer.objects.filter(pk=post.pk).update(office_code=company_a[1].office_code)
    assert answer(user=officer, taxpayer=company_a[1]) == "can-bo answered"
    with pytest.raises(PermissionDenied):
        answer(user=company_a[0], taxpayer=company_a[1])
