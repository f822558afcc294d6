"""Changes of an account are told on the form of the era, shown with its answer, kept in the history."""

import json
import zipfile
from datetime import date, datetime

import pytest
from django.utils import timezone
from pytest_django import Settings

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.era import faults_of
from khaithue.portal.history.actions.ask_export import ask_export
from khaithue.portal.history.making import make
from khaithue.portal.mail.models import Mail
from khaithue.portal.notices.models import Notice
from khaithue.portal.registration.actions.change_certificate import add_certificate, end_certificate
from khaithue.portal.registration.actions.sub_rights import remove_sub, set_rights
from khaithue.portal.registration.change_notice import issue_change, tell_accounts
from khaithue.portal.registration.change_paper import Change
from khaithue.portal.registration.grants import Grants
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.stored import paper_of
from khaithue.returns.model import Return
from tests.portal.signed import Signers
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
pytestmark = pytest.mark.usefixtures("office")
PHONE = "0903123456"


@pytest.fixture
def company(company_a: Pair) -> Pair:
    """Company A with a telephone number and a sub-account."""
    user, taxpayer = company_a
    taxpayer.phone = PHONE
    taxpayer.save()
    clerk = User.objects.create_user("lan.tran", email="lan@example.vn", first_name="TRẦN THỊ LAN")
    Membership.objects.create(user=clerk, taxpayer=taxpayer)
    return user, taxpayer


def only() -> tuple[Application, Return, Notice]:
    """The one dossier, its form, and the one notice."""
    application = Application.objects.get()
    return application, paper_of(application), Notice.objects.get()


def test_under_circular_19_a_change_is_form_02_answered_at_once_by_03(
    company: Pair, demo_signers: Signers
) -> None:
    outcome = add_certificate(user=company[0], taxpayer=company[1], data=demo_signers.certificate())
    assert outcome.value is not None
    application, paper, notice = only()
    assert (application.kind, application.state, application.form_code) == ("change", "granted", "02/ĐK-TĐT")
    assert (application.received_at, application.answered_at) == (timezone.now(), timezone.now())
    assert faults_of(paper) == []
    assert (paper.header["mst"], paper.header["tenCQTNoiNop"]) == ("0319900012", "Thuế Mẫu")
    assert {
        code: paper.values[code] for code in ("noi_dung", "email", "dien_thoai", "serial", "mst_cts")
    } == {
        "noi_dung": "2",
        "email": "ke-toan-a@example.vn",
        "dien_thoai": PHONE,
        "serial": outcome.value.serial,
        "mst_cts": "0319900012",
    }
    assert paper.tables.get("accounts", ()) == ()
    assert (notice.application, notice.form_code) == (application, "03/TB-TĐT")
    assert notice.number == f"{application.code}/TB-TĐT"


def test_a_certificate_that_takes_the_place_of_another_is_a_change_not_an_addition(
    company: Pair, demo_signers: Signers
) -> None:
    demo_signers.registered(company[1])
    held = company[1].certificates.get()
    end_certificate(user=company[0], certificate=held)
    paper = only()[1]
    assert paper.values["noi_dung"] == "1"
    assert not paper.values.get("serial")


def test_a_change_of_sub_accounts_lists_them_all_with_what_they_may(company: Pair) -> None:
    membership = company[1].memberships.get(role="sub")
    rights = Grants(prepare=True, file=True)
    assert set_rights(user=company[0], membership=membership, grants=rights).value
    application, paper, notice = only()
    assert faults_of(paper) == []
    rows = [
        tuple(row.values[name] for name in ("ten_dang_nhap", "nguoi_dung", "chinh", "pham_vi"))
        for row in paper.tables["accounts"]
    ]
    assert rows == [
        ("a", "a", True, "tra cứu, lập, ký và nộp, quản lý tài khoản"),
        ("lan.tran", "TRẦN THỊ LAN", False, "tra cứu, lập, ký và nộp"),
    ]
    assert notice.title.endswith("tài khoản phụ")
    remove_sub(user=company[0], membership=membership)
    last = paper_of(Application.objects.exclude(pk=application.pk).get())
    assert [row.values["ten_dang_nhap"] for row in last.tables["accounts"]] == ["a"]


def test_under_circular_89_the_change_is_form_01_with_its_xml_and_tells_nothing_of_sub_accounts(
    company: Pair, settings: Settings
) -> None:
    settings.ERAS = {"tt89": date(2026, 7, 1)}
    now = timezone.now()
    assert tell_accounts(company[1], Change("accounts", company[0]), now) is None
    assert not Application.objects.exists()
    issue_change(company[1], Change("phone", company[0]), now)
    application, paper, notice = only()
    assert (application.form_code, notice.form_code) == ("01/ĐK-TĐT", "04/TB-TĐT")
    reply = browser(company[0]).get(f"/dossiers/{application.code}/form.xml")
    assert reply.headers["Content-Type"] == "application/xml"
    read = returns_xml.read(reply.content)
    assert read.findings == ()
    assert read.return_ is not None
    assert read.return_.values["dien_thoai"] == paper.values["dien_thoai"] == PHONE


def test_under_ihtkk_there_was_no_form_and_the_answer_stands_alone(company: Pair) -> None:
    at = datetime.fromisoformat("2020-05-04T09:00:00+07:00")
    notice = issue_change(company[1], Change("email", company[0]), at)
    assert (notice.form_code, notice.application) == ("TB-TDoiTTinNNT", None)
    assert not Application.objects.exists()


def test_one_without_a_telephone_number_still_ends_a_certificate(
    company_a: Pair, demo_signers: Signers
) -> None:
    demo_signers.registered(company_a[1])
    assert end_certificate(user=company_a[0], certificate=company_a[1].certificates.get()).value
    assert [item.code for item in faults_of(only()[1])] == ["DK02-LIENHE"]


def test_the_dossier_is_shown_with_its_form_and_its_answer_and_the_answer_leads_to_it(company: Pair) -> None:
    issue_change(company[1], Change("phone", company[0]), timezone.now())
    application, _, notice = only()
    there = browser(company[0])
    address = f"/dossiers/{application.code}/"
    for path in ("/dossiers/", "/service/", f"/notices/{notice.pk}/"):
        assert address in there.get(path).content.decode(), path
    assert "/dossiers/" in there.get("/filings/").content.decode()
    page = there.get(address).content.decode()
    assert "TỜ KHAI ĐĂNG KÝ THAY ĐỔI, BỔ SUNG THÔNG TIN" in page
    assert f"/notices/{notice.pk}/" in page
    assert PHONE in page
    assert "form.xml" not in page
    reply = there.get(f"{address}form.pdf")
    assert (reply.headers["Content-Type"], reply.content[:5]) == ("application/pdf", b"%PDF-")
    assert there.get(f"{address}form.xml").status_code == 404
    assert Mail.objects.get().name == f"{application.code}.change"


@pytest.mark.django_db(transaction=True)
def test_the_history_has_the_forms_with_their_digests(company: Pair) -> None:
    issue_change(company[1], Change("phone", company[0]), timezone.now())
    application = Application.objects.get()
    export = ask_export(user=company[0], taxpayer=company[1], with_pdf=False)
    assert make(export.pk)
    export.refresh_from_db()
    assert (export.done, export.total) == (2, 2)
    with zipfile.ZipFile(export.path) as opened:
        path = f"ho-so/2026/{application.code}_02-DK-TDT.pdf"
        assert opened.read(path)[:5] == b"%PDF-"
        assert path in opened.read("index.html").decode()
        assert path in [file["path"] for file in json.loads(opened.read("manifest.json"))["files"]]
