"""A notice's e-mail goes out once, whatever happens to queue, worker or mail server."""

from datetime import UTC, date, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django_tasks import task_backends
from django_tasks.backends.dummy import DummyBackend

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.models import Filing
from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.post import File, post
from khaithue.portal.mail.sending import LEASE, Sent, send, send_pending
from khaithue.portal.mail.tasks import send_mail
from khaithue.portal.notices.reception import reception_letter
from tests.portal.mail_server import Server, text_of

RECEIVED = datetime(2026, 6, 20, 16, 59, 58, tzinfo=UTC)  # 23:59:58 in Viet Nam
CODE = "90020260000000001"


@pytest.fixture
def filing(company_a: tuple[User, Taxpayer]) -> Filing:
    user, taxpayer = company_a
    return Filing.objects.create(
        transaction_code=CODE,
        taxpayer=taxpayer,
        filed_by=user,
        form_code="01/GTGT",
        title="TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG",
        basis="TT80/2021/TT-BTC",
        version="2.8.3",
        period="2026-05",
        period_kind="month",
        period_start=date(2026, 5, 1),
        period_end=date(2026, 5, 31),
        kind="B",
        supplement_no=2,
        body=b"",
        body_sha256="ab" * 32,
        content_sha256="cd" * 32,
        received_at=RECEIVED,
    )


def receipt(filing: Filing) -> Mail:
    letter = reception_letter(filing)
    return post(
        name=letter.name,
        recipient=filing.taxpayer.email,
        subject=letter.subject,
        template=letter.template,
        facts=dict(letter.facts),
        at=RECEIVED,
        files=[File(f"{letter.name}.xml", "application/xml", b"<TBaoThueDTu/>")],
    )


@pytest.fixture
def mail(filing: Filing) -> Mail:
    return receipt(filing)


def test_the_mail_names_form_period_kind_code_and_time_and_carries_the_notice(
    mail: Mail, server: Server
) -> None:
    assert send(mail.pk) is Sent.SENT
    (got,) = server.mails
    text = text_of(got)
    for words in (
        "01/GTGT",
        "05/2026",
        "Bổ sung lần 2",
        "Supplement 2",
        CODE,
        "20/06/2026 23:59:58",
        "ab" * 32,
    ):
        assert words in text
    assert got["To"] == "ke-toan-a@example.vn"
    assert got["Subject"].strip() == f"Thông báo tiếp nhận tờ khai 01/GTGT kỳ 05/2026 – {CODE}"
    assert got["Message-ID"] == f"<{CODE}.reception@thue.example.vn>"
    (attachment,) = got.iter_attachments()
    assert attachment.get_filename() == f"{CODE}.reception.xml"
    assert attachment.get_payload(decode=True) == b"<TBaoThueDTu/>"


def test_a_mail_that_went_out_is_not_sent_again(mail: Mail, server: Server) -> None:
    assert [send(mail.pk), send(mail.pk)] == [Sent.SENT, Sent.NOT_DUE]
    assert send_pending() == 0
    assert len(server.mails) == 1


def test_a_mail_missed_while_the_server_was_down_goes_out_once_when_it_is_up(mail: Mail, port: int) -> None:
    now = datetime(2026, 6, 21, tzinfo=UTC)
    assert send_pending(now=now) == 0
    assert send(mail.pk, now=now) is Sent.NOT_DUE
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    assert send_pending(now=now + timedelta(minutes=1)) == 1
    assert send_pending(now=now + timedelta(days=1)) == 0
    controller.stop()
    assert len(handler.mails) == 1


def test_waits_grow_with_each_failure(mail: Mail, port: int) -> None:
    now, waits = datetime(2026, 6, 21, tzinfo=UTC), []
    for _ in range(10):
        assert send(mail.pk, now=now) is Sent.UNREACHABLE
        mail.refresh_from_db()
        waits.append((mail.due_at - now).total_seconds() / 60)
        now = mail.due_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]


def test_a_sender_that_died_in_the_middle_is_taken_over_after_its_lease(mail: Mail, server: Server) -> None:
    now = datetime(2026, 6, 21, tzinfo=UTC)
    Mail.objects.filter(pk=mail.pk).update(due_at=now + LEASE)
    assert send_pending(now=now + LEASE - timedelta(seconds=1)) == 0
    assert send_pending(now=now + LEASE) == 1


def test_one_refused_address_does_not_hold_up_the_others(mail: Mail, server: Server) -> None:
    server.refuse = "550 no such user"
    assert send(mail.pk) is Sent.REFUSED
    mail.refresh_from_db()
    assert (mail.sent_at, mail.failures) == (None, 1)


def test_without_any_address_the_mail_stays_owed(mail: Mail, server: Server) -> None:
    Mail.objects.update(recipient="")
    assert send(mail.pk) is Sent.REFUSED
    mail.refresh_from_db()
    assert mail.sent_at is None


def test_the_sweep_finds_a_mail_no_queue_knows_of(mail: Mail, server: Server) -> None:
    queue = task_backends["default"]
    assert isinstance(queue, DummyBackend)
    assert not queue.results
    call_command("send_pending_mail")
    assert len(server.mails) == 1


def test_the_task_sends_the_notice_and_says_so(mail: Mail, server: Server) -> None:
    assert send_mail.call(mail.pk) == "sent"
    assert len(server.mails) == 1
