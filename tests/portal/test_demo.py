"""The demo: made twice it is the same, its return is filed, its mail is read in the inbox."""

import socket

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.demo.inbox import message, messages
from khaithue.portal.demo.people import COMPANIES, KEY_PASSWORD, LOGIN_PASSWORD, PERSON, PERSON_FORMS
from khaithue.portal.demo.sink import sink
from khaithue.portal.filing.by_code import may_confirm
from khaithue.portal.filing.models import Filing
from khaithue.portal.mail.sending import send_pending
from khaithue.portal.notices.reception import digest_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def _demo(settings: Settings) -> None:
    settings.DEMO = True
    call_command("demo")


@pytest.mark.usefixtures("_demo")
def test_a_second_demo_changes_nothing() -> None:
    keys = [company.p12.read_bytes() for company in COMPANIES]
    call_command("demo")
    assert [company.p12.read_bytes() for company in COMPANIES] == keys
    assert (User.objects.count(), Membership.objects.count(), Filing.objects.count()) == (5, 4, 1)


@pytest.mark.usefixtures("_demo")
def test_the_printed_log_ins_and_keys_work(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo")
    printed = capsys.readouterr().out
    for company in COMPANIES:
        assert Client().login(username=company.login, password=LOGIN_PASSWORD)
        assert company.login in printed
        assert f"{company.p12}  password {KEY_PASSWORD}" in printed


@pytest.mark.usefixtures("_demo")
def test_the_person_of_the_demo_has_no_certificate_and_confirms_by_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("demo")
    assert f"log-in {PERSON.login}  password {LOGIN_PASSWORD}" in capsys.readouterr().out
    assert Client().login(username=PERSON.login, password=LOGIN_PASSWORD)
    user = User.objects.get(username=PERSON.login)
    taxpayer = Taxpayer.objects.get(mst=PERSON.mst)
    assert may_confirm(user, taxpayer, timezone.now())
    assert set(taxpayer.form_registrations.values_list("form_code", flat=True)) == set(PERSON_FORMS)


def test_without_the_demo_setting_no_known_password_is_made(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="KHAITHUE_DEMO=1"):
        call_command("demo")
    assert not User.objects.exists()


@pytest.mark.usefixtures("_demo")
def test_the_inbox_shows_the_mail_the_sink_took(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert messages() == []
    server = sink()
    server.start()
    sent = send_pending()
    server.stop()
    (mail,) = messages()
    filing = Filing.objects.get()
    assert sent == 1
    assert filing.transaction_code in mail.subject
    assert filing.body_sha256 in mail.text
    assert mail.recipients == "ke-toan@mau-a.example.vn"
    notice = returns_xml.read(mail.attachments[0].content).return_
    assert notice is not None
    assert digest_of(notice) == filing.body_sha256
    assert message(mail.key) == mail
    assert message("../../secret_key") is None
