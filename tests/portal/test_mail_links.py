"""Links in e-mails begin with the portal's own address, whatever a request calls it."""

import re
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from khaithue import portal
from khaithue.portal.accounts.models import AgentContract, Taxpayer, User
from khaithue.portal.duties.reminding import remind_all
from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.sending import send_pending
from khaithue.portal.notices.models import Notice
from khaithue.portal.registration.actions.change_phone import ask_phone, confirm_phone, purpose
from khaithue.portal.web.request import CHOSEN
from tests.portal.conftest import SITE, Clock, member
from tests.portal.mail_server import Server, text_of
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
pytestmark = pytest.mark.django_db(transaction=True)
EVIL = "ke-gian.example"
ADDRESS = re.compile(r"https?://[^\s/]+")


def hosts_in(server: Server) -> set[str]:
    """The beginnings of all links of all mails."""
    send_pending()
    return {found for mail in server.mails for found in ADDRESS.findall(text_of(mail))}


@pytest.fixture
def _open_to_any_host(settings: Settings) -> None:
    """The worst set-up: every host is answered, and mail goes out within the request."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.mark.usefixtures("_open_to_any_host", "office")
@pytest.mark.parametrize("headers", [{"host": EVIL}, {"x-forwarded-host": EVIL}])
def test_a_strangers_host_in_a_request_comes_into_no_mail(
    company_a: Pair, server: Server, headers: dict[str, str]
) -> None:
    stranger, owner = browser(), browser(company_a[0])
    asked = [
        stranger.post("/password/forgotten/", {"username": "a"}, headers=headers),
        owner.post("/account/email/", {"email": "moi@example.vn"}, headers=headers),
        owner.post("/account/sub-accounts/", {"email": "phu@example.vn", "prepare": "1"}, headers=headers),
    ]
    assert [reply.status_code for reply in asked] == [200, 302, 302]
    assert hosts_in(server) == {SITE}
    assert len(server.mails) == 4


def test_no_page_reads_its_host_from_the_request_for_anything_that_leaves_the_browser() -> None:
    readers = {
        path.name
        for path in Path(portal.__file__).parent.rglob("*.py")
        if re.search(r"get_host|build_absolute_uri|HTTP_HOST", path.read_text(encoding="utf-8"))
    }
    # entering: a target of another host is not led to; account: a heading in the user's own file
    assert readers == {"entering.py", "account.py"}


def test_a_reminder_leads_to_the_page_of_each_return(company_a: Pair, server: Server) -> None:
    remind_all(date(2026, 6, 15))
    send_pending()
    (mail,) = server.mails
    assert f"{SITE}/duties/return/?form=01%2FGTGT&period=2026-05&for=0319900012" in text_of(mail)
    assert f"{SITE}/duties/reminders/?for=0319900012" in text_of(mail)


@pytest.mark.usefixtures("office")
def test_a_notices_mail_leads_to_the_notice(company_a: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    user, taxpayer = company_a
    change = ask_phone(user=user, taxpayer=taxpayer, new="0912345678").value
    assert change is not None
    monkeypatch.setattr(
        "khaithue.portal.registration.actions.change_phone.confirm_code", lambda *_: purpose(change)
    )
    assert confirm_phone(user=user, change=change, code="123456").value
    notice = Notice.objects.get()
    assert notice.mail == Mail.objects.get()
    assert f"{SITE}/notices/{notice.pk}/?for=0319900012" in notice.mail.body
    assert notice.title in browser(user).get(f"/notices/{notice.pk}/").content.decode()


def test_a_link_opens_for_the_taxpayer_it_names(clock: Clock) -> None:
    agent, agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    client = member("a", "0319900012", "CÔNG TY TNHH MẪU A")[1]
    AgentContract.objects.create(
        taxpayer=client, agent=agency, mst=agency.mst, name=agency.name, forms=[], start=date(2020, 1, 1)
    )
    there = browser(agent)
    led = there.get("/duties/return/?form=01/GTGT&period=2026-05&for=0319900012")
    assert led.headers["Location"] == "/duties/return/?form=01%2FGTGT&period=2026-05"
    assert there.session[CHOSEN] == client.pk
    assert client.name in there.get(led.headers["Location"]).content.decode()


def test_a_link_that_names_a_stranger_changes_nothing(company_a: Pair, company_b: Pair) -> None:
    there = browser(company_a[0])
    led = there.get(f"/notices/?for={company_b[1].mst}", follow=True)
    assert led.redirect_chain == [("/notices/", 302)]
    assert CHOSEN not in there.session
    assert company_b[1].name not in led.content.decode()


def test_the_calendar_leads_to_the_returns_and_the_api_says_where_it_stands(
    company_a: Pair, clock: Clock
) -> None:
    there = browser(company_a[0])
    there.post("/duties/reminders/link/")
    page = there.get("/duties/reminders/").content.decode()
    found = re.search(rf"{SITE}(/duties/feed/\S+\.ics)", page)
    assert found
    feed = there.get(found[1]).content.decode().replace("\r\n ", "")
    assert f"URL:{SITE}/duties/return/?form=01%2FGTGT&period=2026-06&for=0319900012" in feed
    assert there.get("/api/v1/openapi.json").json()["servers"] == [{"url": SITE}]
