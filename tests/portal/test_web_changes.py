"""Pages to set up and change an account: each refusal has its code; an agent sees its contract alone."""

import base64
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from khaithue.portal.accounts.models import AgentContract, Taxpayer, User
from khaithue.portal.login.onetime import make_code
from khaithue.portal.mail.models import Mail
from khaithue.portal.office.identity import key_path, trust_directory
from khaithue.portal.registration.models import ContactChange, FormRegistration
from khaithue.signing import demo_ca
from tests.portal.conftest import Clock, member
from tests.portal.signed import A, B, Signers
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
PASSWORD = "thu"  # noqa: S105  # of keys that live for one run
NEW_PASSWORD = "con mèo nhảy qua ba cái ghế"  # noqa: S105  # of a user that lives for one test
VAT = "01/GTGT"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    people = [demo_ca.DemoSubject(name, mst) for name, mst in (("A", A), ("B", B))]
    return Signers(demo_ca.create(tmp_path_factory.mktemp("authority"), people, password=PASSWORD))


@pytest.fixture(autouse=True)
def _office(settings: Settings, signers: Signers, clock: Clock) -> None:
    assert clock.now
    settings.OFFICE_PASSWORD = signers.authority.password
    key_path().parent.mkdir()
    key_path().write_bytes(signers.authority.office.read_bytes())
    trust_directory().symlink_to(signers.authority.trust)


@pytest.fixture
def client_a(company_a: Pair) -> Client:
    return browser(company_a[0])


def shown(client: Client, path: str, **posted: object) -> tuple[int, str]:
    """Status and text of a page; posted when there is something to post."""
    reply = client.post(path, posted) if posted else client.get(path)
    return reply.status_code, reply.content.decode()


def secret(name: str, path: str) -> str:
    body = Mail.objects.filter(name__startswith=name).order_by("-pk")[0].body
    return str(re.findall(rf"/{path}/([\w-]+)/", body)[0])


def test_forms_are_chosen_reviewed_and_confirmed(client_a: Client, company_a: Pair) -> None:
    asked = {"form": ["04/GTGT"], "kind 04/GTGT": "quarter", "first 04/GTGT": ""}
    status, page = shown(client_a, "/registered-forms/review/", **asked)
    assert (status, "quý 2/2026" in page, "31/07/2026" in page) == (200, True, True)
    assert not FormRegistration.objects.filter(form_code="04/GTGT").exists()
    asked["first 04/GTGT"] = "2026-Q2"
    assert client_a.post("/registered-forms/confirm/", asked).headers["Location"] == "/registered-forms/"
    assert company_a[1].form_registrations.get(form_code="04/GTGT").first_period == "2026-Q2"
    status, page = shown(client_a, "/registered-forms/confirm/", **asked)
    assert (status, "FORM-ALREADY-REGISTERED" in page) == (422, True)


def test_what_was_typed_stays_when_a_form_cannot_be_registered(client_a: Client) -> None:
    asked = {"form": ["04/GTGT"], "kind 04/GTGT": "quarter", "first 04/GTGT": "hôm qua"}
    status, page = shown(client_a, "/registered-forms/review/", **asked)
    assert (status, "FORM-PERIOD" in page, 'value="hôm qua"' in page) == (422, True, True)
    status, page = shown(client_a, "/registered-forms/review/", form=[])
    assert (status, "FORM-NONE-CHOSEN" in page) == (422, True)


def test_a_return_that_is_not_registered_is_registered_with_one_click(
    client_a: Client, company_a: Pair
) -> None:
    company_a[1].form_registrations.all().delete()
    asked = {"form_code": VAT, "period": "05/2026"}
    status, page = shown(client_a, "/drafts/start/", **asked)
    assert (status, "FILE-NOT-REGISTERED" in page) == (422, True)
    assert 'action="/registered-forms/start/"' in page
    assert 'name="period" value="2026-05"' in page
    reply = client_a.post("/registered-forms/start/", {"form_code": VAT, "period": "2026-05"})
    assert reply.headers["Location"].startswith("/drafts/")
    assert company_a[1].form_registrations.get().first_period == "2026-05"
    before = shown(client_a, "/drafts/start/", form_code=VAT, period="04/2026")
    assert "FILE-BEFORE-FIRST-PERIOD" in before[1]
    assert (
        client_a.post("/registered-forms/start/", {"form_code": VAT, "period": "2026-04"}).status_code == 302
    )
    status, page = shown(client_a, "/registered-forms/start/", form_code="99/X", period="2026-04")
    assert (status, "FORM-UNKNOWN" in page) == (422, True)


def test_a_sub_account_that_may_not_manage_is_told_whom_to_ask(company_a: Pair) -> None:
    clerk = User.objects.create_user("nhan-vien", email="nhan-vien@example.vn")
    company_a[1].memberships.create(user=clerk, may_manage=False)
    status, page = shown(browser(clerk), "/drafts/start/", form_code="04/GTGT", period="05/2026")
    assert (status, "Hãy nhờ tài khoản chính" in page) == (422, True)
    assert "/registered-forms/start/" not in page
    assert browser(clerk).post("/registered-forms/start/", {"form_code": "04/GTGT"}).status_code == 403


def test_an_ended_form_is_shown_with_its_history(client_a: Client, company_a: Pair) -> None:
    held = company_a[1].form_registrations.get(form_code=VAT)
    status, page = shown(client_a, f"/registered-forms/{held.pk}/end/", last="2014")
    assert (status, "FORM-PERIOD" in page) == (422, True)
    assert client_a.post(f"/registered-forms/{held.pk}/end/", {"last": "06/2026"}).status_code == 302
    page = shown(client_a, "/registered-forms/")[1]
    assert "tháng 06/2026" in page
    assert "Đã ngừng" in page


def test_opening_a_link_confirms_nothing_and_pressing_its_button_does(
    client_a: Client, company_a: Pair
) -> None:
    status, page = shown(client_a, "/account/email/", email="ke-toan-a@example.vn")
    assert (status, "EMAIL-SAME" in page) == (422, True)
    assert client_a.post("/account/email/", {"email": "moi@example.vn"}).status_code == 302
    change = ContactChange.objects.get()
    to_new = f"/contact/{secret(f'contact-change-{change.pk}-new', 'contact')}/"
    assert shown(browser(), to_new)[0] == 200
    change.refresh_from_db()
    assert change.new_confirmed_at is None
    assert "Còn chờ địa chỉ kia" in shown(browser(), to_new, x="1")[1]
    assert shown(browser(), to_new)[0] == 410
    assert "LINK-USED" in shown(browser(), to_new)[1]
    assert "LINK-UNKNOWN" in shown(browser(), "/contact/xyz/")[1]
    to_old = f"/contact/{secret(f'contact-change-{change.pk}-old', 'contact')}/cancel/"
    assert "Hủy việc đổi" in shown(browser(), to_old)[1]
    assert "Đã hủy. Thư điện tử không thay đổi." in shown(browser(), to_old, x="1")[1]
    company_a[1].refresh_from_db()
    assert company_a[1].email == "ke-toan-a@example.vn"


def test_a_phone_is_typed_then_its_code(client_a: Client, company_a: Pair) -> None:
    status, page = shown(client_a, "/account/phone/", phone="12")
    assert (status, "PHONE-INVALID" in page) == (422, True)
    location = client_a.post("/account/phone/", {"phone": "0903123456"}).headers["Location"]
    change = ContactChange.objects.get()
    assert location == f"/account/phone/{change.pk}/"
    code = make_code(company_a[0], f"phone:{change.pk}")
    status, page = shown(client_a, location, code="sai")
    assert (status, "PHONE-CODE" in page) == (422, True)
    assert client_a.post(location, {"code": code}).headers["Location"] == "/account/details/"
    assert "0903123456" in shown(client_a, "/account/details/")[1]


def test_a_certificate_is_shown_as_read_before_it_is_registered(
    client_a: Client, company_a: Pair, signers: Signers
) -> None:
    def handed_in(data: bytes) -> tuple[int, str]:
        return shown(client_a, "/account/certificates/", file=SimpleUploadedFile("a.cer", data))

    assert "CERT-OTHER-MST" in handed_in(signers.certificate(B))[1]
    assert "CERT-FILE-NONE" in handed_in(b"x")[1]
    status, page = handed_in(signers.signed())
    assert (status, company_a[1].certificates.count()) == (200, 0)
    der = base64.b64encode(signers.certificate()).decode()
    assert f'name="der" value="{der}"' in page
    assert "03/01/2020" in page  # two working days after 1 January 2020, a holiday itself
    assert client_a.post("/account/certificates/add/", {"der": der}).status_code == 302
    held = company_a[1].certificates.get()
    assert "CERT-ALREADY" in handed_in(signers.certificate())[1]
    assert "chứng thư số cuối cùng" in shown(client_a, f"/account/certificates/{held.pk}/end/")[1]
    client_a.post(f"/account/certificates/{held.pk}/end/")
    held.refresh_from_db()
    assert held.ended_at == timezone.now()
    assert shown(client_a, "/account/certificates/add/", der="%%")[0] == 422


def test_an_invitation_makes_an_account(client_a: Client, company_a: Pair) -> None:
    status, page = shown(client_a, "/account/sub-accounts/", email="a@example.vn")
    assert (status, "SUB-ALREADY" in page) == (422, True)
    assert (
        client_a.post("/account/sub-accounts/", {"email": "lan@example.vn", "file": "on"}).status_code == 302
    )
    link = f"/invitation/{secret('invitation', 'invitation')}/"
    typed = {"name": "LAN", "username": "lan", "new": NEW_PASSWORD, "again": "khác"}
    status, page = shown(browser(), link, **typed)
    assert (status, "không giống nhau" in page, 'value="LAN"' in page) == (422, True, True)
    status, page = shown(browser(), link, **{**typed, "again": NEW_PASSWORD, "username": "a b"})
    assert (status, "SUB-NAME" in page) == (422, True)
    assert browser().post(link, {**typed, "again": NEW_PASSWORD}).headers["Location"] == "/login/"
    lan = company_a[1].memberships.get(user__username="lan")
    assert (lan.may_prepare, lan.may_file, lan.may_manage) == (False, True, False)
    assert "LINK-USED" in shown(browser(), link)[1]
    assert client_a.post(f"/account/sub-accounts/{lan.pk}/", {"prepare": "on"}).status_code == 302
    lan.refresh_from_db()
    assert (lan.may_prepare, lan.may_file) == (True, False)
    main = company_a[0].memberships.get()
    assert "SUB-MAIN" in shown(client_a, f"/account/sub-accounts/{main.pk}/remove/", x="1")[1]
    assert client_a.post(f"/account/sub-accounts/{lan.pk}/remove/").status_code == 302


def test_somebody_with_an_account_logs_in_to_accept(client_a: Client, company_b: Pair) -> None:
    client_a.post("/account/sub-accounts/", {"email": company_b[0].email})
    link = f"/invitation/{secret('invitation', 'invitation')}/"
    assert "Hãy đăng nhập để nhận" in shown(browser(), link)[1]
    assert browser().post(link).headers["Location"] == f"/login/?next={link}"
    assert browser(company_b[0]).post(link).headers["Location"] == "/"
    assert company_b[0].memberships.count() == 2


@pytest.mark.error("AGENT-DATE")
@pytest.mark.near_miss("AGENT-DATE")
def test_a_contract_is_entered_and_ended(client_a: Client, company_a: Pair) -> None:
    _, agent = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    terms = {"mst": agent.mst, "number": "1/HĐ", "start": "2026-07-01", "end": "2026-06-30", "form": [VAT]}
    assert "AGENT-END-BEFORE-START" in shown(client_a, "/account/agents/", **terms)[1]
    assert "AGENT-DATE" in shown(client_a, "/account/agents/", **{**terms, "start": "mai"})[1]
    assert "AGENT-DATE" in shown(client_a, "/account/agents/", **{**terms, "end": "mai"})[1]
    assert client_a.post("/account/agents/", {**terms, "end": ""}).status_code == 302
    contract = AgentContract.objects.get()
    assert (contract.forms, contract.end) == ([VAT], None)
    path = f"/account/agents/{contract.pk}/end/"
    assert "AGENT-DATE" in shown(client_a, path, end="x")[1]
    assert client_a.post(path, {"end": "31/07/2026"}).status_code == 302
    contract.refresh_from_db()
    assert contract.end == date(2026, 7, 31)


def test_an_agent_chooses_among_its_clients_and_is_told_for_whom_it_works(company_a: Pair) -> None:
    user, agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    for number in range(12):
        client = Taxpayer.objects.create(
            mst=f"03199001{number:02}", name=f"KHÁCH {number:02}", office_code="1", office_name="X"
        )
        contract(client, agency)
    contract(company_a[1], agency)
    agent = browser(user)
    page = shown(agent, "/clients/")[1]
    assert page.count("KHÁCH") >= 12
    assert "Đang làm thay cho" not in page
    found = shown(agent, "/clients/?q=MẪU A")[1]
    assert ("CÔNG TY TNHH MẪU A" in found, "KHÁCH" in found) == (True, False)
    assert "KHÁCH 07" in shown(agent, "/clients/?q=0319900107")[1]
    agent.post("/taxpayer/", {"taxpayer": company_a[1].pk})
    for path in ("/", "/filings/", "/account/details/", "/registered-forms/", "/clients/"):
        assert "Đang làm thay cho" in shown(agent, path)[1], path
    for path in ("/account/details/", "/registered-forms/"):
        page = shown(agent, path)[1]
        assert VAT in page
        assert "05/KK-TNCN" not in page


def contract(client: Taxpayer, agency: Taxpayer) -> None:
    AgentContract.objects.create(
        taxpayer=client, agent=agency, mst=agency.mst, name=agency.name, forms=[VAT], start=date(2026, 1, 1)
    )
