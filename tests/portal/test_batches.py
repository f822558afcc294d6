"""Many returns at once: each by itself, in order, with its own receipt; stopped without halves."""

import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.filing.actions.file_return import file_return
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.rules import OF_THE_REGISTER, ask
from khaithue.portal.filing.submission import Submission
from khaithue.portal.web import batchfiling, batching
from khaithue.portal.web.batchfiling import file_batch
from khaithue.portal.web.batchrows import Role, Row, Spot
from khaithue.portal.web.joining import Place
from khaithue.portal.web.models import KEPT, Batch, Upload, forget_old
from khaithue.portal.web.unpacking import Unpacked
from tests.portal.filing_kit import row, together
from tests.portal.signed import NOON, SAMPLE, Signers, of_period
from tests.portal.web_browser import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
Pair = tuple[User, Taxpayer]


@pytest.fixture
def company(company_a: Pair, office: None, demo_signers: Signers) -> Pair:
    demo_signers.registered(company_a[1])
    Taxpayer.objects.filter(pk=company_a[1].pk).update(office_code="70123")
    company_a[1].refresh_from_db()
    return company_a


@pytest.fixture
def client_a(company: Pair) -> Client:
    return browser(company[0])


def chosen(client: Client, *files: tuple[str, bytes]) -> Any:
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(reverse("web:upload"), {"file": sent})


def archive(*files: tuple[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files:
            packed.writestr(name, data)
    return made.getvalue()


def begun(pair: Pair, *files: tuple[str, bytes]) -> Batch:
    return batching.begin(pair[0], [Unpacked(name, data) for name, data in files])


def said_to_file(client: Client, address: str) -> Any:
    """The button pressed with every file ticked."""
    keys = [str(key) for key in Upload.objects.values_list("key", flat=True)]
    return client.post(f"{address}file/", {"upload": keys})


def told(batch: Batch) -> list[tuple[str, str, list[str]]]:
    """Each file in the order of filing: its name, its form and number, its findings."""
    return [
        (
            upload.name,
            f"{upload.facts.get('form', '')} {upload.facts.get('period', '')}".strip(),
            [item["code"] for item in upload.facts["findings"]],
        )
        for upload in batch.uploads.order_by("position")
    ]


@pytest.mark.near_miss("BATCH-NOTHING")
def test_three_files_of_which_one_is_wrong_are_reviewed_in_one_table_and_the_right_ones_filed(
    client_a: Client, demo_signers: Signers
) -> None:
    may, april = demo_signers.signed(), demo_signers.signed(of_period(4))
    reply = chosen(client_a, ("5.xml", may), ("khong-ky.xml", SAMPLE.encode()), ("4.xml", april))
    address = reply.headers["Location"]
    page = client_a.get(address).content.decode()
    for words in ("5.xml", "tháng 05/2026", "tháng 04/2026", "MẪU A", "SIG-NONE", "2 tờ khai nộp được"):
        assert words in page, words
    assert "khaithue sign --p12 chung-thu.p12 khong-ky.xml khong-ky-signed.xml" in page
    assert not Filing.objects.exists()
    assert said_to_file(client_a, address).status_code == 302
    assert "Chờ nộp" in client_a.get(address).content.decode()
    assert file_batch(Batch.objects.get().pk) == 2
    page = client_a.get(address).content.decode()
    codes = Filing.objects.values_list("transaction_code", flat=True)
    assert len(codes) == 2
    assert all(code in page for code in codes)
    assert Batch.objects.get().state == "done"


def test_a_zip_is_its_files_and_folders_and_system_files_do_not_matter(
    client_a: Client, demo_signers: Signers
) -> None:
    data = archive(
        ("2026/5.xml", demo_signers.signed()),
        ("2026/4.xml", demo_signers.signed(of_period(4))),
        ("__MACOSX/._5.xml", b"x"),
        ("2026/.DS_Store", b"x"),
    )
    assert chosen(client_a, ("to-khai.zip", data)).status_code == 302
    assert told(Batch.objects.get()) == [
        ("4.xml", "01/GTGT 2026-04", []),
        ("5.xml", "01/GTGT 2026-05", []),
    ]


def test_first_returns_go_before_their_supplements(company: Pair, demo_signers: Signers) -> None:
    supplements = {
        number: SAMPLE.replace("<loaiTKhai>C", "<loaiTKhai>B").replace("<soLan>0", f"<soLan>{number}")
        for number in (2, 1)
    }
    files = [(f"{number}.xml", demo_signers.signed(text)) for number, text in supplements.items()]
    batch = begun(company, ("hong.xml", b"x"), *files, ("goc.xml", demo_signers.signed()))
    assert [name for name, _, _ in told(batch)] == ["goc.xml", "1.xml", "2.xml", "hong.xml"]


@pytest.mark.error(each="found")
@pytest.mark.near_miss("BATCH-AFTER")
@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ((0, 1, 2), ["", "BATCH-AFTER", "BATCH-AFTER"]),
        ((1, 2), ["FILE-SUPPLEMENT-EARLY", "FILE-SUPPLEMENT-EARLY"]),
        ((0, 2), ["", "FILE-SUPPLEMENT-EARLY"]),
    ],
)
def test_a_supplement_does_not_lack_what_comes_before_it_in_the_batch(
    company: Pair, numbers: tuple[int, ...], found: list[str]
) -> None:
    rows = [_waiting(company[1], number) for number in numbers]
    batching.tell_in_turn(rows)
    assert [" ".join(item.code for item in row.findings) for row in rows] == found


def _waiting(taxpayer: Taxpayer, number: int) -> Row:
    read = returns_xml.read(SAMPLE.encode()).return_
    assert read is not None
    header = {**read.header, "loaiTKhai": "B" if number else "C", "soLan": str(number)}
    submission = Submission(taxpayer, replace(read, header=header), NOON)
    found = ask(OF_THE_REGISTER, submission)
    return Row("a.xml", Place(0, "a.xml"), Role.RETURN, found, taxpayer, Spot.of(submission))


def test_the_time_of_receipt_is_when_the_taxpayer_said_to_file(
    company: Pair, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = begun(company, ("5.xml", demo_signers.signed()), ("4.xml", demo_signers.signed(of_period(4))))
    assert batchfiling.ask_to_file(batch)
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(hours=13))
    file_batch(batch.pk)
    assert {filing.received_at for filing in Filing.objects.all()} == {NOON.replace(microsecond=0)}


def test_a_stopped_batch_files_no_further_and_goes_on_when_asked(
    company: Pair, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = begun(company, ("5.xml", demo_signers.signed()), ("4.xml", demo_signers.signed(of_period(4))))
    batchfiling.ask_to_file(batch)
    whole = file_return

    def and_stop(**facts: Any) -> Any:
        outcome = whole(**facts)
        batchfiling.stop(batch)
        return outcome

    monkeypatch.setattr(batchfiling, "file_return", and_stop)
    assert file_batch(batch.pk) == 1
    assert (Filing.objects.count(), Batch.objects.get().state) == (1, "stopped")
    assert file_batch(batch.pk) == 0
    monkeypatch.setattr(batchfiling, "file_return", whole)
    later = NOON + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert batchfiling.ask_to_file(batch)
    assert file_batch(batch.pk) == 1
    assert {f.received_at for f in Filing.objects.all()} == {
        at.replace(microsecond=0) for at in (NOON, later)
    }
    assert Batch.objects.get().state == "done"
    assert not batchfiling.ask_to_file(batch)


@pytest.mark.error("BATCH-FAILED")
@pytest.mark.near_miss("BATCH-FAILED", "BATCH-NO-RIGHT")
def test_one_that_fails_does_not_stop_the_others(
    company: Pair, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = begun(company, ("4.xml", demo_signers.signed(of_period(4))), ("5.xml", demo_signers.signed()))
    batchfiling.ask_to_file(batch)
    whole, calls = file_return, []

    def fails_first(**facts: Any) -> Any:
        calls.append(facts)
        if len(calls) == 1:
            raise OSError("the disk is full")
        return whole(**facts)

    monkeypatch.setattr(batchfiling, "file_return", fails_first)
    assert file_batch(batch.pk) == 1
    first, second = batch.uploads.order_by("position")
    assert ([item["code"] for item in first.outcome], first.filing) == (["BATCH-FAILED"], None)
    assert second.filing is not None


@pytest.mark.error("BATCH-NO-RIGHT")
def test_who_lost_the_right_to_file_in_between_files_nothing(company: Pair, demo_signers: Signers) -> None:
    batch = begun(company, ("5.xml", demo_signers.signed()))
    batchfiling.ask_to_file(batch)
    Membership.objects.update(role=Membership.Role.SUB, may_file=False)
    assert file_batch(batch.pk) == 0
    assert [item["code"] for item in Upload.objects.get().outcome] == ["BATCH-NO-RIGHT"]
    assert not Filing.objects.exists()


def test_what_a_dead_worker_left_is_taken_up_after_its_lease(
    company: Pair, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = begun(company, ("5.xml", demo_signers.signed()))
    batchfiling.ask_to_file(batch)
    Upload.objects.update(tried_at=NOON)
    assert file_batch(batch.pk) == 0
    assert Batch.objects.get().state == "filing"
    monkeypatch.setattr(timezone, "now", lambda: NOON + batchfiling.LEASE + timedelta(seconds=1))
    assert file_batch(batch.pk) == 1


def test_a_batch_whose_worker_is_gone_goes_on_by_hand_with_the_time_it_was_asked(
    client_a: Client, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [("4.xml", demo_signers.signed(of_period(4))), ("5.xml", demo_signers.signed())]
    address = chosen(client_a, *files).headers["Location"]
    said_to_file(client_a, address)
    monkeypatch.setattr(timezone, "now", lambda: NOON + batchfiling.LEASE)
    assert "Nộp tiếp" not in client_a.get(address).content.decode()
    monkeypatch.setattr(timezone, "now", lambda: NOON + batchfiling.LEASE * 2)
    assert "Nộp tiếp" in client_a.get(address).content.decode()
    said_to_file(client_a, address)
    assert Batch.objects.get().asked_at == NOON


def test_the_same_bytes_twice_in_a_batch_give_one_receipt(company: Pair, demo_signers: Signers) -> None:
    data = demo_signers.signed()
    batch = begun(company, ("a.xml", data), ("b.xml", data))
    batchfiling.ask_to_file(batch)
    file_batch(batch.pk)
    assert Filing.objects.count() == 1
    assert {upload.filing_id for upload in batch.uploads.all()} == {Filing.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_batch_file_each_return_once(company_a: Pair, demo_signers: Signers) -> None:
    demo_signers.registered(company_a[1])
    Taxpayer.objects.update(office_code="70123")
    company_a[1].refresh_from_db()
    files = [(f"{month}.xml", demo_signers.signed(of_period(month))) for month in (4, 6)]
    batch = begun(company_a, *files, ("5.xml", demo_signers.signed()))
    batchfiling.ask_to_file(batch)
    assert sum(together(*[lambda: file_batch(batch.pk)] * 3)) == 3
    assert Filing.objects.count() == 3


@pytest.mark.error("BATCH-NOTHING", "UPLOAD-EMPTY")
@pytest.mark.near_miss("UPLOAD-EMPTY")
def test_a_batch_with_nothing_right_has_nothing_to_file(client_a: Client) -> None:
    address = chosen(client_a, ("a.xml", b"x"), ("b.xml", b"")).headers["Location"]
    page = client_a.get(address).content.decode()
    assert ("UPLOAD-EMPTY" in page, "đã đánh dấu" in page) == (True, False)
    reply = said_to_file(client_a, address)
    assert (reply.status_code, "BATCH-NOTHING" in reply.content.decode()) == (422, True)


def test_stopping_from_the_page_says_what_stays(client_a: Client, demo_signers: Signers) -> None:
    files = [("4.xml", demo_signers.signed(of_period(4))), ("5.xml", demo_signers.signed())]
    address = chosen(client_a, *files).headers["Location"]
    said_to_file(client_a, address)
    page = client_a.post(f"{address}stop/", follow=True).content.decode()
    assert "Lô đã dừng" in page
    assert "Nộp tiếp các tờ khai đã đánh dấu" in page


def test_old_batches_are_forgotten_unless_being_filed(company: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    old, filing = begun(company, ("a.xml", b"x")), begun(company, ("b.xml", b"x"))
    Batch.objects.filter(pk=filing.pk).update(state=Batch.State.FILING)
    monkeypatch.setattr(timezone, "now", lambda: NOON + KEPT * 2)
    forget_old()
    assert list(Batch.objects.all()) == [filing]
    assert not Upload.objects.filter(batch=old.pk).exists()


def test_a_period_already_filed_is_told_in_the_table(company: Pair, demo_signers: Signers) -> None:
    row(company[1], activity="00")
    assert told(begun(company, ("5.xml", demo_signers.signed())))[0][2] == ["FILE-DUPLICATE"]


@pytest.mark.near_miss("FILE-PAPERS-LATE")
def test_a_file_received_before_gives_its_receipt(company: Pair, demo_signers: Signers) -> None:
    data = demo_signers.signed()
    filing = file_return(user=company[0], taxpayer=company[1], data=data).filing
    batch = begun(company, ("5.xml", data))
    assert told(batch)[0][2] == ["FILE-ALREADY-RECEIVED"]
    batchfiling.ask_to_file(batch)
    file_batch(batch.pk)
    assert batch.uploads.get().filing == filing
