"""The whole history as one ZIP: complete, digested, signed, the asker's only, made in the background."""

import csv
import hashlib
import json
import shutil
import subprocess
import zipfile
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from khaithue.portal.accounts.models import AgentContract, Membership, Taxpayer, User
from khaithue.portal.filing.actions.file_return import file_return
from khaithue.portal.filing.by_code import purpose
from khaithue.portal.filing.models import Attachment, Filing
from khaithue.portal.history import making
from khaithue.portal.history.actions.ask_export import ask_export
from khaithue.portal.history.actions.cancel_export import cancel_export
from khaithue.portal.history.actions.fetch_export import fetch_export
from khaithue.portal.history.archive import plain
from khaithue.portal.history.making import KEPT, LEASE, make, tend
from khaithue.portal.history.models import Export, directory
from khaithue.portal.login.onetime import make_code
from tests.portal.conftest import member
from tests.portal.office_open import Pair, authority, file, of_office, open_office
from tests.portal.signed import NOON, SAMPLE, Signers
from tests.portal.test_drafts import filed
from tests.portal.web_browser import browser
from tests.printing.test_pdf_paper import pages


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _office(settings: Settings, signers: Signers) -> None:
    open_office(settings, signers)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """What the clock says."""
    clock = {"now": NOON}
    monkeypatch.setattr(timezone, "now", lambda: clock["now"])
    return clock


@pytest.fixture
def pair(company_a: Pair, signers: Signers) -> Pair:
    return of_office(company_a, signers)


def asked(pair: Pair, *, with_pdf: bool = False) -> Export:
    return ask_export(user=pair[0], taxpayer=pair[1], with_pdf=with_pdf)


def made(pair: Pair, *, with_pdf: bool = False) -> Export:
    export = asked(pair, with_pdf=with_pdf)
    assert make(export.pk)
    export.refresh_from_db()
    return export


def contents(export: Export) -> dict[str, bytes]:
    with zipfile.ZipFile(export.path) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def test_it_holds_every_filing_and_notice_byte_for_byte_with_an_index(pair: Pair, signers: Signers) -> None:
    filing = file(pair, signers.signed())
    Attachment.objects.create(
        filing=filing, name="../../hoá đơn.pdf", media_type="a/b", size=1, sha256="ab" * 32, body=b"paper"
    )
    found = contents(made(pair))
    folder = f"to-khai/2026/2026-05_01-GTGT_{filing.transaction_code}"
    assert found[f"{folder}/to-khai.xml"] == filing.file
    assert found[f"{folder}/kem-theo/1-hoa-don.pdf"] == b"paper"
    notice = filing.notices.get()
    assert found[f"thong-bao/2026/{filing.transaction_code}-TB-TDT.xml"] == bytes(notice.xml)
    rows = list(csv.reader(StringIO(found["index.csv"].decode("utf-8-sig"))))
    assert [row[0].strip() for row in rows[1:]] == [filing.transaction_code]
    page = found["index.html"].decode()
    for fact in (filing.transaction_code, filing.body_sha256, notice.number, f'href="{folder}/to-khai.xml"'):
        assert fact in page
    assert "http" not in page


def test_a_return_confirmed_by_code_says_so_in_the_index_and_on_its_pdf(pair: Pair) -> None:
    pair[1].certificates.all().delete()
    Taxpayer.objects.filter(pk=pair[1].pk).update(kind=Taxpayer.Kind.PERSON)
    pair[1].refresh_from_db()
    data = SAMPLE.encode()
    code = make_code(pair[0], purpose(hashlib.sha256(data).hexdigest()), "an@nguyen.example.vn")
    filing = file_return(user=pair[0], taxpayer=pair[1], data=data, code=code).filing
    assert filing is not None
    found = contents(made(pair, with_pdf=True))
    assert "xác nhận bằng mã gửi đến a***@nguyen.example.vn" in found["index.html"].decode()
    folder = f"to-khai/2026/2026-05_01-GTGT_{filing.transaction_code}"
    assert found[f"{folder}/to-khai.xml"] == data
    assert any("Xác nhận điện tử bởi" in page for page in pages(found[f"{folder}/to-khai.pdf"]))


def test_the_manifest_names_every_file_by_its_digest(pair: Pair, signers: Signers) -> None:
    file(pair, signers.signed())
    found = contents(made(pair, with_pdf=True))
    said = json.loads(found["manifest.json"])
    assert {each["path"]: each["sha256"] for each in said["files"]} == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in found.items()
        if not name.startswith("manifest.json")
    }
    assert {each["path"]: each["size"] for each in said["files"]}.keys() >= {"index.html", "index.csv"}
    assert sum(name.endswith(".pdf") for name in found) == 2
    assert said["taxpayer"] == "0319900012"


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl to be the judge")
def test_the_office_signed_the_manifest_so_that_openssl_agrees(
    pair: Pair, signers: Signers, tmp_path: Path
) -> None:
    file(pair, signers.signed())
    found = contents(made(pair))
    for name in ("manifest.json", "manifest.json.p7s"):
        (tmp_path / name).write_bytes(found[name])
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-binary", "-noverify"]
    command += ["-in", "manifest.json.p7s", "-content", "manifest.json", "-out", "out"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "manifest.json").write_bytes(found["manifest.json"] + b" ")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_nothing_of_another_taxpayer_is_in_it(pair: Pair, company_b: Pair, signers: Signers) -> None:
    other = filed(company_b)
    file(pair, signers.signed())
    found = contents(made(pair))
    assert not any(other.transaction_code in name for name in found)
    assert not any(
        b"0319900037" in data or other.transaction_code.encode() in data for data in found.values()
    )


def agent_for(taxpayer: Taxpayer, forms: list[str]) -> User:
    user, agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    AgentContract.objects.create(
        taxpayer=taxpayer, agent=agency, mst=agency.mst, name=agency.name, forms=forms, start=date(2020, 1, 1)
    )
    return user


def test_an_agent_gets_only_the_forms_it_is_contracted_for(pair: Pair, signers: Signers) -> None:
    hidden = filed(pair, period="2026-04")
    mine = file(pair, signers.signed())
    Filing.objects.filter(pk=hidden.pk).update(form_code="05/KK-TNCN")
    agent = agent_for(pair[1], ["01/GTGT"])
    export = made((agent, pair[1]))
    assert (export.forms, export.total) == (["01/GTGT"], 2)
    names = "".join(contents(export))
    assert mine.transaction_code in names
    assert hidden.transaction_code not in names


def test_an_agent_whose_contract_shrank_or_ended_fetches_nothing(pair: Pair, signers: Signers) -> None:
    file(pair, signers.signed())
    agent = agent_for(pair[1], ["01/GTGT"])
    export = made((agent, pair[1]))
    assert fetch_export(user=agent, export=export) == export.path
    AgentContract.objects.update(forms=["05/KK-TNCN"])
    with pytest.raises(PermissionDenied):
        fetch_export(user=agent, export=export)
    AgentContract.objects.update(forms=["01/GTGT"], end=date(2026, 6, 30))
    with pytest.raises(PermissionDenied):
        fetch_export(user=agent, export=export)


def test_an_export_is_its_askers_alone(pair: Pair) -> None:
    export = made(pair)
    clerk = User.objects.create_user("nhan-vien")
    Membership.objects.create(user=clerk, taxpayer=pair[1])
    for act in (fetch_export, cancel_export):
        with pytest.raises(PermissionDenied):
            act(user=clerk, export=export)
    assert browser(clerk).get(reverse("web:export_file", args=[export.key])).status_code == 404


def test_asking_twice_gives_the_same_export_until_it_is_made(pair: Pair) -> None:
    first = asked(pair)
    assert asked(pair) == first
    make(first.pk)
    assert asked(pair) != first


def test_it_is_made_once_and_its_digest_is_that_of_the_file(pair: Pair) -> None:
    export = made(pair)
    assert (export.state, export.done, export.total) == ("ready", 0, 0)
    assert export.sha256 == hashlib.sha256(export.path.read_bytes()).hexdigest()
    assert not make(export.pk)
    assert [path.name for path in directory().iterdir()] == [export.path.name]


def test_an_export_called_off_while_it_is_made_stops_and_leaves_nothing(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in range(2000, 2012):
        filed(pair, period=f"{year}-05")
    export = asked(pair)
    genuine = making._progress

    def called_off(row: Export, done: int) -> None:
        if done == making.STEP:
            Export.objects.filter(pk=row.pk).update(state=Export.State.CANCELLED)
        genuine(row, done)

    monkeypatch.setattr(making, "_progress", called_off)
    assert not make(export.pk)
    export.refresh_from_db()
    assert export.state == "cancelled"
    assert list(directory().iterdir()) == []


def test_progress_is_in_the_row(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    for year in range(2000, 2012):
        filed(pair, period=f"{year}-05")
    seen: list[tuple[int, int]] = []
    genuine = making._progress

    def looked(row: Export, done: int) -> None:
        genuine(row, done)
        now = Export.objects.get(pk=row.pk)
        seen.append((now.done, now.total))

    monkeypatch.setattr(making, "_progress", looked)
    assert make(asked(pair).pk)
    assert (seen[0], seen[-1]) == ((0, 12), (10, 12))


def test_after_a_crash_another_builder_begins_again_when_the_lease_is_over(
    pair: Pair, now: dict[str, datetime]
) -> None:
    export = asked(pair)
    Export.objects.update(state=Export.State.RUNNING, due_at=NOON + LEASE, tries=1)
    assert tend() == 0
    now["now"] = NOON + LEASE
    assert tend() == 1
    export.refresh_from_db()
    assert (export.state, export.tries) == ("ready", 2)


def test_what_cannot_be_made_is_tried_thrice_then_given_up(
    pair: Pair, now: dict[str, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("damaged")

    monkeypatch.setattr(making, "build", fails)
    export = asked(pair)
    for state in ("waiting", "waiting", "failed"):
        assert tend() == 0
        export.refresh_from_db()
        assert export.state == state
        now["now"] += timedelta(hours=1)
    assert list(directory().iterdir()) == []
    assert asked(pair) != export


def test_after_a_day_the_file_is_gone(pair: Pair, now: dict[str, datetime]) -> None:
    export = made(pair)
    now["now"] = NOON + KEPT - timedelta(seconds=1)
    tend()
    assert fetch_export(user=pair[0], export=export) == export.path
    now["now"] = NOON + KEPT
    assert fetch_export(user=pair[0], export=export) is None
    tend()
    export.refresh_from_db()
    assert (export.state, export.path.exists()) == ("expired", False)


def test_a_file_without_a_row_is_swept_away_one_being_written_is_not(pair: Pair) -> None:
    ready = made(pair)
    running = asked(pair)
    Export.objects.filter(pk=running.pk).update(state="running", due_at=NOON + LEASE)
    stray, part = directory() / "stray.zip", directory() / f"{running.key}.1.part"
    for path in (stray, part):
        path.write_bytes(b"")
    tend()
    assert (ready.path.exists(), part.exists(), stray.exists()) == (True, True, False)


@pytest.mark.error("EXPORT-OVER")
@pytest.mark.near_miss("EXPORT-OVER")
def test_the_pages_ask_watch_fetch_and_throw_away(
    pair: Pair, signers: Signers, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    file(pair, signers.signed())
    client: Client = browser(pair[0])
    assert "1 tờ khai như đã nộp, 1 thông báo" in client.get("/history/").content.decode()
    address = client.post("/history/", {"pdf": "1"}).headers["Location"]
    export = Export.objects.get()
    assert export.with_pdf
    assert "Đang chờ" in client.get(address).content.decode()
    assert client.get(f"{address}state/").json() == {"open": True, "done": 0, "total": 0}
    assert client.get(f"{address}file/").status_code == 410
    make(export.pk)
    assert "Tải tệp ZIP" in client.get(address).content.decode()
    reply = client.get(f"{address}file/")
    assert reply.headers["Content-Type"] == "application/zip"
    data = b"".join(reply.streaming_content)  # type: ignore[attr-defined]  # a streamed reply
    export.refresh_from_db()
    assert hashlib.sha256(data).hexdigest() == export.sha256
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{address}cancel/")
    assert not export.path.exists()
    reply = client.get(f"{address}file/")
    assert (reply.status_code, "EXPORT-OVER" in reply.content.decode()) == (410, True)


def test_names_are_plain_on_every_system() -> None:
    assert plain("01/GTGT") == "01-GTGT"
    assert plain("../../Đơn đề nghị?.pdf") == "Don-de-nghi-.pdf"
    assert plain("…") == "tep"
