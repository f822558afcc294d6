"""Tax agents, contracted by number, forms and days: an agent sees exactly the returns contracted."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from khaithue.portal.accounts.access import NONE, Right, access
from khaithue.portal.accounts.models import AgentContract, Taxpayer, User
from khaithue.portal.mail.models import Mail
from khaithue.portal.registration.actions.contract_agent import Terms, contract_agent, end_contract
from tests.portal.conftest import Clock, member

Pair = tuple[User, Taxpayer]
AGENT, VAT, WAGES = "0319900044", "01/GTGT", "05/KK-TNCN"
START = date(2026, 7, 1)


@pytest.fixture
def agent(company_a: Pair, clock: Clock) -> Pair:
    assert clock.now.date() == START
    return member("dai-ly", AGENT, "ĐẠI LÝ THUẾ MẪU")


def contracted(
    pair: Pair,
    mst: str = AGENT,
    forms: tuple[str, ...] = (VAT,),
    start: date = START,
    end: date | None = None,
    number: str = "01/HĐ",
) -> list[str]:
    terms = Terms(mst, number, forms, start, end)
    return [item.code for item in contract_agent(user=pair[0], taxpayer=pair[1], terms=terms).findings]


def ended(pair: Pair, contract: AgentContract, day: date) -> list[str]:
    return [item.code for item in end_contract(user=pair[0], contract=contract, end=day).findings]


def test_an_agent_reaches_exactly_the_forms_and_days_contracted(company_a: Pair, agent: Pair) -> None:
    assert contracted(company_a, end=date(2026, 12, 31)) == []
    during = access(agent[0], company_a[1], START)
    assert (during.forms, during.by_contract) == (frozenset({VAT}), True)
    assert during.may(Right.FILE, VAT)
    assert not during.may(Right.LOOK_UP, WAGES)
    assert not during.may(Right.MANAGE)
    assert access(agent[0], company_a[1], date(2026, 12, 31)).may(Right.FILE, VAT)
    for day in (date(2026, 6, 30), date(2027, 1, 1)):
        assert access(agent[0], company_a[1], day) == NONE


def test_the_agent_is_told_by_email_when_a_contract_begins_and_ends(company_a: Pair, agent: Pair) -> None:
    contracted(company_a)
    assert ended(company_a, company_a[1].agents.get(), date(2026, 7, 31)) == []
    begun, over = Mail.objects.order_by("pk")
    assert {begun.recipient, over.recipient} == {agent[1].email}
    assert "01/HĐ" in begun.body
    assert "31/07/2026" in over.body


@pytest.mark.error("AGENT-UNKNOWN")
@pytest.mark.parametrize("mst", ["0319900099", "", "abc", "031990004"])
def test_an_agent_that_does_not_file_here_is_told(company_a: Pair, agent: Pair, mst: str) -> None:
    assert contracted(company_a, mst=mst) == ["AGENT-UNKNOWN"]
    assert not AgentContract.objects.exists()


def test_an_agent_that_has_stopped_is_not_contracted(company_a: Pair, agent: Pair) -> None:
    Taxpayer.objects.filter(pk=agent[1].pk).update(service="stopped")
    assert contracted(company_a) == ["AGENT-UNKNOWN"]


@pytest.mark.error("AGENT-SELF")
def test_nobody_is_its_own_agent(company_a: Pair, agent: Pair) -> None:
    assert contracted(company_a, mst=company_a[1].mst) == ["AGENT-SELF"]


@pytest.mark.near_miss("AGENT-SELF", "AGENT-UNKNOWN")
def test_a_tax_code_is_taken_however_it_is_spaced(company_a: Pair, agent: Pair) -> None:
    assert contracted(company_a, mst=" 0319 900 044 ") == []


@pytest.mark.error("AGENT-FORM", "AGENT-NUMBER")
@pytest.mark.near_miss("AGENT-FORM", "AGENT-NUMBER")
def test_a_contract_has_a_number_and_known_forms(company_a: Pair, agent: Pair) -> None:
    assert contracted(company_a, number=" ") == ["AGENT-NUMBER"]
    assert contracted(company_a, forms=(VAT, "99/X")) == ["AGENT-FORM"]


@pytest.mark.error("AGENT-END-BEFORE-START")
@pytest.mark.near_miss("AGENT-END-BEFORE-START")
def test_a_contract_does_not_end_before_it_begins(company_a: Pair, agent: Pair) -> None:
    assert contracted(company_a, end=date(2026, 6, 30)) == ["AGENT-END-BEFORE-START"]
    assert contracted(company_a, end=START) == []


@pytest.mark.error(each="code")
@pytest.mark.near_miss("AGENT-OVERLAP")
@pytest.mark.parametrize(
    ("forms", "start", "code"),
    [
        ((VAT,), date(2026, 12, 31), "AGENT-OVERLAP"),
        ((), date(2026, 8, 1), "AGENT-OVERLAP"),
        ((WAGES, VAT), date(2026, 8, 1), "AGENT-OVERLAP"),
        ((WAGES,), date(2026, 8, 1), ""),
        ((VAT,), date(2027, 1, 1), ""),
    ],
)
def test_a_form_has_one_agent_on_a_day(
    company_a: Pair, agent: Pair, forms: tuple[str, ...], start: date, code: str
) -> None:
    contracted(company_a, end=date(2026, 12, 31))
    assert "".join(contracted(company_a, forms=forms, start=start, number="02/HĐ")) == code


def test_a_contract_for_all_forms_leaves_none_for_another(company_a: Pair, agent: Pair) -> None:
    contracted(company_a, forms=())
    assert contracted(company_a, forms=(WAGES,), start=date(2030, 1, 1)) == ["AGENT-OVERLAP"]
    assert contracted(company_a, forms=(WAGES,), start=date(2026, 1, 1), end=date(2026, 6, 30)) == []


@pytest.mark.error("AGENT-END-LATER", "AGENT-ENDED")
@pytest.mark.near_miss("AGENT-END-LATER", "AGENT-ENDED")
def test_a_contract_is_ended_early_and_not_twice(company_a: Pair, agent: Pair, clock: Clock) -> None:
    contracted(company_a, end=date(2026, 12, 31))
    contract = company_a[1].agents.get()
    assert ended(company_a, contract, date(2026, 6, 30)) == ["AGENT-END-BEFORE-START"]
    assert ended(company_a, contract, date(2027, 1, 1)) == ["AGENT-END-LATER"]
    assert ended(company_a, contract, date(2026, 12, 31)) == ["AGENT-END-LATER"]
    assert ended(company_a, contract, date(2026, 7, 31)) == []
    assert access(agent[0], company_a[1], date(2026, 8, 1)) == NONE
    clock.forward(days=31)
    assert ended(company_a, contract, date(2026, 7, 15)) == ["AGENT-ENDED"]


def test_only_who_may_manage_contracts_and_the_agent_itself_does_not(company_a: Pair, agent: Pair) -> None:
    contracted(company_a)
    with pytest.raises(PermissionDenied):
        contracted((agent[0], company_a[1]), forms=(WAGES,))
    with pytest.raises(PermissionDenied):
        ended((agent[0], company_a[1]), company_a[1].agents.get(), date(2026, 7, 31))
