"""A batch for many clients: each return to the taxpayer it names and to nobody else, chosen one by one."""

import csv
import random
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khaithue.portal.accounts.models import AgentContract, Membership, Taxpayer, User
from khaithue.portal.filing.actions.file_return import file_return
from khaithue.portal.filing.models import Filing
from khaithue.portal.web import batchfiling, batching
from khaithue.portal.web.batchfiling import file_batch
from khaithue.portal.web.models import Batch, Upload
from khaithue.portal.web.request import CHOSEN
from khaithue.portal.web.unpacking import Unpacked
from tests.portal.batch_kit import Agency, agency, archive, begun, chosen, of_b, told
from tests.portal.conftest import member
from tests.portal.filing_kit import row
from tests.portal.signed import NOON, SAMPLE, A, B, Signers, changed, of_period
from tests.portal.web_browser import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
Pair = tuple[User, Taxpayer]


@pytest.fixture
def agent(company_a: Pair, company_b: Pair, office: None, demo_signers: Signers) -> Agency:
    return agency(company_a[1], company_b[1], demo_signers)


@pytest.fixture
def client(agent: Agency) -> Client:
    return browser(agent.user)


def supplement(text: str = SAMPLE) -> str:
    return text.replace("<loaiTKhai>C", "<loaiTKhai>B").replace("<soLan>0", "<soLan>1")


def ticked(client: Client, address: str, *names: str) -> Any:
    keys = Upload.objects.filter(name__in=names).values_list("key", flat=True)
    return client.post(f"{address}file/", {"upload": [*map(str, keys), "no key"]})


@pytest.mark.near_miss("BATCH-MST", "BATCH-TWICE")
def test_each_return_of_a_zip_goes_to_the_client_it_names(
    client: Client, agent: Agency, demo_signers: Signers
) -> None:
    data = archive(
        ("a/5.xml", demo_signers.signed()),
        ("b/b-5.xml", demo_signers.signed(of_b(), B)),
        ("b/b-4.xml", demo_signers.signed(of_b(of_period(4)), B)),
        ("hong.xml", b"x"),
    )
    address = chosen(client, ("khach.zip", data)).headers["Location"]
    page = client.get(address).content.decode()
    for words in ("3 tờ khai nộp được", "Thuộc 2 người nộp thuế", "CÔNG TY TNHH MẪU B", "Tệp không nộp được"):
        assert words in page, words
    ticked(client, address, "5.xml", "b-4.xml", "b-5.xml", "hong.xml")
    assert file_batch(Batch.objects.get().pk) == 3
    filed = Filing.objects.order_by("taxpayer__mst", "period").values_list("taxpayer__mst", "period")
    assert list(filed) == [(A, "2026-05"), (B, "2026-04"), (B, "2026-05")]
    assert {filing.filed_by for filing in Filing.objects.all()} == {agent.user}


@pytest.mark.error("BATCH-MST")
def test_a_stranger_and_an_unknown_tax_code_are_told_alike(agent: Agency, demo_signers: Signers) -> None:
    """Nobody learns from a batch who has an account, or what was filed for whom one may only look up."""
    _, stranger = member("la", "0319900051", "CÔNG TY LẠ")
    clerk = member("nhan-vien", "0319900069", "CÔNG TY CHỈ XEM")[1]
    Membership.objects.create(
        user=agent.user, taxpayer=clerk, may_prepare=False, may_file=False, may_manage=False
    )
    data = demo_signers.signed()
    row(stranger, activity="00")
    names = {"la": stranger.mst, "xem": clerk.mst, "khong": "0319900076"}
    files = [(f"{name}.xml", data.replace(A.encode(), mst.encode())) for name, mst in names.items()]
    batch = begun(agent.user, *files)
    assert told(batch) == {f"{name}.xml": ("", ["BATCH-MST"]) for name in names}
    said = [str(upload.facts).replace(names[upload.name[:-4]], "N") for upload in batch.uploads.all()]
    assert len(set(said)) == 1


@pytest.mark.error("BATCH-MST-NONE")
@pytest.mark.near_miss("BATCH-MST-NONE")
def test_a_return_without_a_tax_code_says_so_and_separators_in_one_do_not_matter(
    agent: Agency, demo_signers: Signers
) -> None:
    spaced = changed((f"<mst>{A}", f"<mst>{A[:4]} {A[4:]}"))
    none = changed((f"<mst>{A}", "<mst>"))
    found = told(begun(agent.user, ("a.xml", spaced.encode()), ("b.xml", none.encode())))
    assert (found["a.xml"][0], found["b.xml"]) == (A, ("", ["BATCH-MST-NONE"]))


def test_of_a_form_that_is_not_contracted_nothing_is_told_but_that(
    agent: Agency, demo_signers: Signers
) -> None:
    AgentContract.objects.filter(taxpayer=agent.a).update(forms=["05/KK-TNCN"])
    row(agent.a, activity="00")
    data = demo_signers.signed()
    batch = begun(agent.user, ("5.xml", data))
    assert told(batch) == {"5.xml": (A, ["BATCH-NO-RIGHT"])}
    assert not batchfiling.ask_to_file(batch)
    file_return(user=Membership.objects.get(taxpayer=agent.a).user, taxpayer=agent.a, data=data)
    Filing.objects.update(body_sha256=Upload.objects.get().sha256)
    assert told(begun(agent.user, ("5.xml", data)))["5.xml"][1] == ["BATCH-NO-RIGHT"]
    with pytest.raises(PermissionDenied):
        file_return(user=agent.user, taxpayer=agent.a, data=data)


@pytest.mark.near_miss("BATCH-NONE-CHOSEN")
def test_what_is_left_out_is_not_filed_and_may_be_filed_later(
    client: Client, agent: Agency, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [("a.xml", demo_signers.signed()), ("b.xml", demo_signers.signed(of_b(), B))]
    address = chosen(client, *files).headers["Location"]
    ticked(client, address, "b.xml")
    file_batch(Batch.objects.get().pk)
    assert [filing.taxpayer for filing in Filing.objects.all()] == [agent.b]
    page = client.get(address).content.decode()
    assert ("Để lại" in page, "1 tờ khai bạn để lại" in page, "Đã xử lý 1 / 1" in page) == (True,) * 3
    assert "checked" not in page
    later = NOON + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    ticked(client, address, "a.xml", "b.xml")
    assert file_batch(Batch.objects.get().pk) == 1
    assert Filing.objects.get(taxpayer=agent.a).received_at == later.replace(microsecond=0)


@pytest.mark.error("BATCH-NONE-CHOSEN")
def test_pressing_file_with_nothing_ticked_files_nothing(
    client: Client, agent: Agency, demo_signers: Signers
) -> None:
    files = [("a.xml", demo_signers.signed()), ("b.xml", demo_signers.signed(of_b(), B))]
    address = chosen(client, *files).headers["Location"]
    reply = ticked(client, address)
    assert (reply.status_code, "BATCH-NONE-CHOSEN" in reply.content.decode()) == (422, True)
    assert Batch.objects.get().state == "review"
    assert ticked(client, address, "a.xml").status_code == 302


@pytest.mark.error("BATCH-TWICE")
def test_two_files_of_one_return_wait_for_a_person(agent: Agency, demo_signers: Signers) -> None:
    other = SAMPLE.replace("<nguoiKy>", "<nguoiKy>ÔNG ")
    batch = begun(
        agent.user,
        ("1.xml", demo_signers.signed()),
        ("2.xml", demo_signers.signed(other)),
        ("b.xml", demo_signers.signed(of_b(), B)),
        ("b-lai.xml", demo_signers.signed(of_b(), B)),
        ("lan-1.xml", demo_signers.signed(supplement(of_b()), B)),
    )
    held = {upload.name: upload.facts["held"] for upload in batch.uploads.all()}
    same = Upload.objects.get(name="b.xml").sha256 == Upload.objects.get(name="b-lai.xml").sha256
    assert (held["1.xml"], held["2.xml"], held["lan-1.xml"]) == (True, True, False)
    assert (held["b.xml"], held["b-lai.xml"]) == ((False, False) if same else (True, True))
    assert "BATCH-TWICE" in told(batch)["1.xml"][1]


def test_who_lost_a_client_in_between_files_nothing_for_it_and_sees_nothing_of_it(
    client: Client, agent: Agency, demo_signers: Signers
) -> None:
    files = [("a.xml", demo_signers.signed()), ("b.xml", demo_signers.signed(of_b(), B))]
    address = chosen(client, *files).headers["Location"]
    ticked(client, address, "a.xml", "b.xml")
    AgentContract.objects.filter(taxpayer=agent.b).delete()
    assert file_batch(Batch.objects.get().pk) == 1
    assert [item["code"] for item in Upload.objects.get(name="b.xml").outcome] == ["BATCH-NO-RIGHT"]
    page = client.get(address).content.decode()
    assert ("MẪU A" in page, "MẪU B" in page, "b.xml" in page) == (True, False, False)


def test_one_file_of_another_client_goes_to_a_table_not_to_the_taxpayer_chosen(
    client: Client, agent: Agency, demo_signers: Signers
) -> None:
    data = demo_signers.signed(of_b(), B)
    assert "/file/batch/" in chosen(client, ("b.xml", data)).headers["Location"]
    session = client.session
    session[CHOSEN] = agent.b.pk
    session.save()
    assert "/file/batch/" not in chosen(client, ("b.xml", data)).headers["Location"]


def test_the_receipt_of_another_client_is_reached_by_choosing_it(
    client: Client, agent: Agency, demo_signers: Signers
) -> None:
    address = chosen(client, ("b.xml", demo_signers.signed(of_b(), B))).headers["Location"]
    ticked(client, address, "b.xml")
    file_batch(Batch.objects.get().pk)
    receipt = reverse("web:receipt", args=[Filing.objects.get().transaction_code])
    assert f'name="next" value="{receipt}"' in client.get(address).content.decode()
    asked = {"taxpayer": agent.b.pk, "next": receipt}
    assert client.post(reverse("web:choose_taxpayer"), asked).headers["Location"] == receipt
    assert client.get(receipt).status_code == 200
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:x"):
        reply = client.post(reverse("web:choose_taxpayer"), {**asked, "next": elsewhere})
        assert reply.headers["Location"] == "/"


def test_the_result_is_a_table_to_keep_with_transaction_codes(
    client: Client, agent: Agency, demo_signers: Signers
) -> None:
    files = [("=a.xml", demo_signers.signed()), ("hong.xml", b"x")]
    address = chosen(client, *files).headers["Location"]
    ticked(client, address, "=a.xml")
    file_batch(Batch.objects.get().pk)
    reply: Any = client.get(f"{address}result.csv")
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    head, filed, wrong = csv.reader(text.splitlines())
    assert dict(zip(head, filed, strict=True)) | {"Lý do": "", "SHA-256": ""} == {
        "Tệp": "'=a.xml",
        "Mã số thuế": f"\t{A}",
        "Người nộp thuế": "CÔNG TY TNHH MẪU A",
        "Tờ khai": "01/GTGT",
        "Kỳ tính thuế": "2026-05",
        "Bổ sung lần": "",
        "Tài liệu kèm theo": "",
        "Tình trạng": "Đã nộp",
        "Mã giao dịch điện tử": f"\t{Filing.objects.get().transaction_code}",
        "Thời điểm nộp": "01/07/2026 12:00:00",
        "Lý do": "",
        "SHA-256": "",
    }
    assert (wrong[0], wrong[7], wrong[8]) == ("hong.xml", "Không nộp được", "")


def test_a_batch_is_found_again_until_it_is_forgotten(
    client: Client, agent: Agency, demo_signers: Signers
) -> None:
    address = chosen(client, ("a.xml", b"x"), ("b.xml", b"y")).headers["Location"]
    Batch.objects.create(user=agent.user)
    page = client.get(reverse("web:upload")).content.decode()
    assert (page.count("/file/batch/"), address in page, "2 tệp, đã nộp 0" in page) == (1, True, True)
    assert "/file/batch/" not in browser(User.objects.get(username="a")).get("/file/").content.decode()


def test_a_batch_still_being_read_is_no_page(client: Client, agent: Agency) -> None:
    reading = Batch.objects.create(user=agent.user)
    assert client.get(reverse("web:batch", args=[reading.key])).status_code == 404


def test_bytes_of_one_file_at_a_time_are_held(agent: Agency) -> None:
    noise = random.Random(1)  # noqa: S311  # not for secrets: only hard to compress

    def files(number: int) -> Iterator[Unpacked]:
        for n in range(number):
            yield Unpacked(f"{n}.xml", noise.randbytes(2_000_000))

    def most(number: int) -> int:
        tracemalloc.start()
        batching.begin(agent.user, files(number))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(1)
    assert most(6) < most(2) + 1_000_000
