"""A notice's e-mail goes out once, whatever happens to queue, worker or mail server."""

from datetime import UTC, date, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django_tasks import task_backends
from django_tasks.backends.dummy import DummyBackend

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.mail import LEASE, Sent, send_notice, send_pending
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.tasks import mail_notice
from tests.portal.mail_server import Server, text_of

RECEIVED = datetime(2026, 6, 20, 16, 59, 58, tzinfo=UTC)  # 23:59:58 in Viet Nam
CODE = "90020260000000001"


@pytest.fixture
def notice(company_a: tuple[User, Taxpayer]) -> Notice:
    user, taxpayer = company_a
    filing = Filing.objects.create(
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
    return Notice.objects.create(
        filing=filing,
        kind=Notice.Kind.RECEPTION,
        number=f"{CODE}/TB-TĐT",
        xml=b"<TBaoThueDTu/>",
        created_at=RECEIVED,
        mail_due_at=RECEIVED,
    )


def test_the_mail_names_form_period_kind_code_and_time_and_carries_the_notice(
    notice: Notice, server: Server
) -> None:
    assert send_notice(notice.pk) is Sent.SENT
    (mail,) = server.mails
    text = text_of(mail)
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
    assert mail["To"] == "ke-toan-a@example.vn"
    assert mail["Subject"].strip() == f"Thông báo tiếp nhận tờ khai 01/GTGT kỳ 05/2026 – {CODE}"
    assert mail["Message-ID"] == f"<{CODE}.reception@thue.example.vn>"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == f"{CODE}-reception.xml"
    assert attachment.get_payload(decode=True) == b"<TBaoThueDTu/>"


def test_a_mail_that_went_out_is_not_sent_again(notice: Notice, server: Server) -> None:
    assert [send_notice(notice.pk), send_notice(notice.pk)] == [Sent.SENT, Sent.NOT_DUE]
    assert send_pending() == 0
    assert len(server.mails) == 1


def test_a_mail_missed_while_the_server_was_down_goes_out_once_when_it_is_up(
    notice: Notice, port: int
) -> None:
    now = datetime(2026, 6, 21, tzinfo=UTC)
    assert send_pending(now=now) == 0
    assert send_notice(notice.pk, now=now) is Sent.NOT_DUE
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    assert send_pending(now=now + timedelta(minutes=1)) == 1
    assert send_pending(now=now + timedelta(days=1)) == 0
    controller.stop()
    assert len(handler.mails) == 1


def test_waits_grow_with_each_failure(notice: Notice, port: int) -> None:
    now, waits = datetime(2026, 6, 21, tzinfo=UTC), []
    for _ in range(10):
        assert send_notice(notice.pk, now=now) is Sent.UNREACHABLE
        notice.refresh_from_db()
        waits.append((notice.mail_due_at - now).total_seconds() / 60)
        now = notice.mail_due_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]


def test_a_sender_that_died_in_the_middle_is_taken_over_after_its_lease(
    notice: Notice, server: Server
) -> None:
    now = datetime(2026, 6, 21, tzinfo=UTC)
    Notice.objects.filter(pk=notice.pk).update(mail_due_at=now + LEASE)
    assert send_pending(now=now + LEASE - timedelta(seconds=1)) == 0
    assert send_pending(now=now + LEASE) == 1


def test_one_refused_address_does_not_hold_up_the_others(notice: Notice, server: Server) -> None:
    server.refuse = "550 no such user"
    assert send_notice(notice.pk) is Sent.REFUSED
    notice.refresh_from_db()
    assert (notice.mailed_at, notice.mail_failures) == (None, 1)


def test_without_any_address_the_mail_stays_owed(notice: Notice, server: Server) -> None:
    Taxpayer.objects.update(email="")
    User.objects.update(email="")
    assert send_notice(notice.pk) is Sent.REFUSED
    notice.refresh_from_db()
    assert notice.mailed_at is None


def test_the_account_gets_the_mail_when_the_taxpayer_gave_no_address(notice: Notice, server: Server) -> None:
    Taxpayer.objects.update(email="")
    assert send_notice(notice.pk) is Sent.SENT
    assert server.mails[0]["To"] == "a@example.vn"


def test_the_sweep_finds_a_mail_no_queue_knows_of(notice: Notice, server: Server) -> None:
    queue = task_backends["default"]
    assert isinstance(queue, DummyBackend)
    assert not queue.results
    call_command("send_pending_mail")
    assert len(server.mails) == 1


def test_the_task_sends_the_notice_and_says_so(notice: Notice, server: Server) -> None:
    assert mail_notice.call(notice.pk) == "sent"
    assert len(server.mails) == 1
