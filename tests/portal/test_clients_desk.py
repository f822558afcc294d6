"""The desk of a tax agent: every client with what is next, late, refused and begun, the most urgent first."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khaithue.portal.accounts.access import Access, Right, accesses
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.duties.desk import Standing, standings
from khaithue.portal.duties.obligations import around_by_taxpayer
from khaithue.portal.filing.models import Filing
from tests.portal.batch_kit import contract
from tests.portal.conftest import member, registered
from tests.portal.filing_kit import row
from tests.portal.web_browser import browser

pytestmark = pytest.mark.django_db
Pair = tuple[User, Taxpayer]
TODAY = date(2026, 7, 1)
VAT, WAGES = "01/GTGT", "05/KK-TNCN"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.fromisoformat("2026-07-01T12:00:00+07:00")
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def agent() -> Pair:
    return member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU", {})


def company(agent: Pair, number: int, forms: dict[str, str], contracted: list[str] | None = None) -> Taxpayer:
    """A client that registered these forms from 4/2026 on."""
    _, taxpayer = member(f"khach-{number}", f"031990{number:04d}", f"KHÁCH {number}", {})
    for form_code, kind in forms.items():
        registered(taxpayer, form_code, kind)
    taxpayer.form_registrations.update(first_period="2026-04", first_start=date(2026, 4, 1))
    contract(agent[1], taxpayer, contracted or [])
    return taxpayer


def stand(agent: Pair, taxpayer: Taxpayer) -> Standing:
    granted = accesses(agent[0], [taxpayer], TODAY)
    return standings([taxpayer], granted, TODAY)[taxpayer.pk]


def told(found: Standing) -> tuple[str, int, int, int, int]:
    next_ = f"{found.next.form_code} {found.next.period} {found.next.due}" if found.next else ""
    return (next_, found.late, found.waiting, found.refused, found.drafts)


def test_what_is_next_late_and_to_be_filed_is_counted(agent: Pair) -> None:
    client = company(agent, 1, {VAT: "month"})
    assert told(stand(agent, client)) == ("01/GTGT 2026-04 2026-05-20", 2, 1, 0, 0)
    row(client, period="2026-04")
    row(client, period="2026-05")
    assert told(stand(agent, client)) == ("01/GTGT 2026-06 2026-07-20", 0, 1, 0, 0)


def test_a_refusal_counts_until_something_is_filed_anew(agent: Pair) -> None:
    client = company(agent, 1, {VAT: "month"})
    row(client, period="2026-04")
    row(client, period="2026-05")
    refused = row(client, 1, period="2026-05", state=Filing.State.REFUSED)
    assert stand(agent, client).refused == 1
    anew = row(client, 1, period="2026-05")
    assert stand(agent, client).refused == 0
    Filing.objects.filter(pk=anew.pk).update(state=Filing.State.REFUSED, again=refused)
    assert stand(agent, client).refused == 1


def test_drafts_are_counted_and_only_forms_within_the_contract(agent: Pair) -> None:
    client = company(agent, 1, {VAT: "month", WAGES: "quarter"}, [WAGES])
    user = User.objects.get(username="khach-1")
    for form_code, period in ((VAT, "2026-06"), (WAGES, "2026-Q2")):
        assert open_draft(user=user, taxpayer=client, form_code=form_code, period=period, kind="C").draft
    row(client, period="2026-04", state=Filing.State.REFUSED)
    assert told(stand(agent, client)) == ("05/KK-TNCN 2026-Q2 2026-07-31", 0, 1, 0, 1)
    every = {client.pk: Access(frozenset(Right))}
    assert told(standings([client], every, TODAY)[client.pk])[1:] == (1, 2, 1, 2)


def test_the_desk_reads_no_figures_and_all_else_is_as_for_each(agent: Pair) -> None:
    found = [company(agent, n, {VAT: "month", WAGES: "quarter"}) for n in (1, 2)]
    row(found[0], period="2026-05", state=Filing.State.REFUSED)
    bare = around_by_taxpayer(found, TODAY, costs=False)
    whole = around_by_taxpayer(found, TODAY)
    assert any(each.cost for each in whole[found[1].pk])
    for client in found:
        assert bare[client.pk] == [replace(each, cost=None) for each in whole[client.pk]]


@pytest.fixture
def desk(agent: Pair) -> Client:
    return browser(agent[0])


def test_the_most_urgent_client_stands_first(desk: Client, agent: Pair) -> None:
    calm, late = company(agent, 1, {WAGES: "quarter"}), company(agent, 2, {VAT: "month"})
    soon, refused = company(agent, 3, {VAT: "month"}), company(agent, 4, {VAT: "month"})
    for client in (soon, refused):
        row(client, period="2026-04")
    row(soon, period="2026-05")
    row(refused, period="2026-05", state=Filing.State.REFUSED)
    page = desk.get("/clients/").content.decode()
    places = [page.index(f'"main">{each.name}') for each in (late, refused, soon, calm)]
    assert places == sorted(places)
    for words in (
        "2 quá hạn",
        "1 không được chấp nhận",
        "20/07/2026",
        "còn 19 ngày",
        "01/GTGT tháng 06/2026",
    ):
        assert words in page, words


SEARCHES: tuple[tuple[str, list[str]], ...] = (
    ("khách 2", ["KHÁCH 22"]),
    ("khach  1", ["KHÁCH 1"]),
    ("đại", ["ĐẠI LÝ"]),
    ("DAI LY", ["ĐẠI LÝ"]),
    ("0319900001", ["KHÁCH 1"]),
    ("99", []),
)


def test_a_search_finds_by_name_or_tax_code_among_ones_own(desk: Client, agent: Pair) -> None:
    company(agent, 1, {})
    company(agent, 22, {})
    member("la", "0319990022", "KHÁCH 22 LẠ")
    for wanted, found in SEARCHES:
        page = desk.get("/clients/", {"q": wanted}).content.decode()
        names = {name for name in ("KHÁCH 1", "KHÁCH 22", "ĐẠI LÝ", "LẠ") if f'"main">{name}' in page}
        assert names == set(found), wanted


def test_more_clients_ask_the_database_no_more(desk: Client, agent: Pair) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert desk.get("/clients/").status_code == 200
        return len(captured)

    for number in (1, 2):
        row(company(agent, number, {VAT: "month"}), period="2026-05")
    desk.get("/clients/")
    few = asked()
    for number in range(3, 12):
        row(company(agent, number, {VAT: "month", WAGES: "quarter"}), period="2026-05")
    assert asked() == few
