"""Papers of a batch: each with the one return it lay with, and with none when it might be two."""

from pathlib import PurePosixPath

import pytest

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.models import Attachment, Filing
from khaithue.portal.web import batchfiling
from khaithue.portal.web.batchfiling import file_batch
from khaithue.portal.web.joining import Place
from khaithue.portal.web.models import Batch, Upload, UploadPaper
from tests.portal.batch_kit import Agency, agency, archive, begun, chosen, of_b, told
from tests.portal.signed import A, B, Signers, of_period
from tests.portal.test_papers import PDF, zipped
from tests.portal.web_browser import browser

Pair = tuple[User, Taxpayer]
DOCX = zipped("[Content_Types].xml", "word/document.xml")


@pytest.fixture
def agent(company_a: Pair, company_b: Pair, office: None, demo_signers: Signers) -> Agency:
    return agency(company_a[1], company_b[1], demo_signers)


@pytest.mark.parametrize(
    ("paper", "return_", "goes"),
    [
        ("5/hd.pdf", "5.xml", True),
        ("5/thang/hd.pdf", "5.xml", True),
        ("5__hd.pdf", "5.xml", True),
        ("a/5__hd.pdf", "a/5.xml", True),
        ("a\\5\\hd.pdf", "a/5.xml", True),
        ("TỜ KHAI/hd.pdf", "tờ khai.xml", True),
        ("tờ khai/hd.pdf", "to\u031b\u0300 khai.XML", True),
        ("5.6/hd.pdf", "5.6.xml", True),
        ("5_hd.pdf", "5.xml", False),
        ("5.pdf", "5.xml", False),
        ("55/hd.pdf", "5.xml", False),
        ("b/5__hd.pdf", "a/5.xml", False),
        ("5/hd.pdf", "a/5.xml", False),
        ("a/5/hd.pdf", "5.xml", False),
    ],
)
def test_a_paper_goes_with_the_return_whose_name_its_folder_or_its_own_name_bears(
    paper: str, return_: str, goes: bool
) -> None:
    assert Place(1, paper).goes_with(Place(1, return_)) is goes
    assert not Place(2, paper).goes_with(Place(1, return_))


def filed(batch: Batch) -> dict[str, list[str]]:
    """The papers of each filing once all of the batch is filed, by period."""
    assert batchfiling.ask_to_file(batch)
    file_batch(batch.pk)
    return {each.period: [paper.name for paper in each.papers] for each in Filing.objects.all()}


@pytest.mark.near_miss("BATCH-PAPER-ALONE", "BATCH-PAPER-LEFT")
def test_papers_of_folders_and_of_names_are_filed_with_their_return(
    agent: Agency, demo_signers: Signers
) -> None:
    batch = begun(
        agent.user,
        ("4.xml", demo_signers.signed(of_period(4))),
        ("5.xml", demo_signers.signed()),
        ("5/hd.pdf", PDF),
        ("5__bang-ke.docx", DOCX),
        ("4/to.xml", b"<a/>"),
        archive=1,
    )
    assert told(batch) == {"4.xml": (A, []), "5.xml": (A, [])}
    facts = {upload.name: upload.facts["papers"] for upload in batch.uploads.all()}
    assert facts == {"4.xml": ["to.xml"], "5.xml": ["hd.pdf", "5__bang-ke.docx"]}
    assert filed(batch) == {"2026-04": ["to.xml"], "2026-05": ["hd.pdf", "5__bang-ke.docx"]}
    assert bytes(Attachment.objects.get(name="hd.pdf").body) == PDF
    assert not UploadPaper.objects.exists()


@pytest.mark.error("BATCH-PAPER-AMBIGUOUS")
@pytest.mark.parametrize(
    "paths",
    [
        ("5.xml", "5__1.xml", "5__1__hd.pdf"),
        ("5.xml", "5/1.xml", "5/1__hd.pdf"),
        ("5.xml", "5.XML", "5/hd.pdf"),
    ],
)
def test_a_paper_that_fits_two_returns_goes_with_none_and_both_wait(
    agent: Agency, demo_signers: Signers, paths: tuple[str, str, str]
) -> None:
    first, second, paper = paths
    batch = begun(
        agent.user,
        (first, demo_signers.signed()),
        (second, demo_signers.signed(of_b(), B)),
        (paper, PDF),
        archive=1,
    )
    found = told(batch)
    name = PurePosixPath(paper).name
    assert found[name] == ("", ["BATCH-PAPER-AMBIGUOUS"])
    assert all(codes == ["BATCH-PAPER-LEFT"] for other, (_, codes) in found.items() if other != name)
    held = batch.uploads.exclude(name=name).values_list("facts__held", flat=True)
    assert list(held) == [True, True]
    assert filed(batch)["2026-05"] == []


@pytest.mark.near_miss("BATCH-PAPER-AMBIGUOUS")
def test_a_paper_that_fits_the_nearer_name_only_is_clear(agent: Agency, demo_signers: Signers) -> None:
    batch = begun(
        agent.user,
        ("5.xml", demo_signers.signed()),
        ("5_1.xml", demo_signers.signed(of_b(), B)),
        ("5_1__hd.pdf", PDF),
        archive=1,
    )
    assert {upload.name: upload.facts["papers"] for upload in batch.uploads.all()} == {
        "5.xml": [],
        "5_1.xml": ["5_1__hd.pdf"],
    }


@pytest.mark.error("BATCH-PAPER-ALONE")
def test_a_paper_of_no_return_is_told_and_holds_nothing_up(agent: Agency, demo_signers: Signers) -> None:
    batch = begun(agent.user, ("5.xml", demo_signers.signed()), ("hd.pdf", PDF), ("5.pdf", PDF))
    assert told(batch) == {
        "5.xml": (A, []),
        "hd.pdf": ("", ["BATCH-PAPER-ALONE"]),
        "5.pdf": ("", ["BATCH-PAPER-ALONE"]),
    }
    assert filed(batch) == {"2026-05": []}


@pytest.mark.error("BATCH-PAPER-LEFT")
@pytest.mark.parametrize(("data", "code"), [(b"MZ a program", "PAPER-KIND"), (b"", "UPLOAD-EMPTY")])
def test_a_paper_that_is_not_taken_makes_its_return_wait(
    agent: Agency, demo_signers: Signers, data: bytes, code: str
) -> None:
    batch = begun(agent.user, ("5.xml", demo_signers.signed()), ("5__hd.pdf", data))
    assert told(batch) == {"5.xml": (A, ["BATCH-PAPER-LEFT"]), "5__hd.pdf": ("", [code])}
    assert batch.uploads.get(name="5.xml").facts["held"]


@pytest.mark.django_db
def test_a_document_is_no_archive_alone_or_in_one(agent: Agency, demo_signers: Signers) -> None:
    client = browser(agent.user)
    chosen(client, ("5.xml", demo_signers.signed()), ("5__a.docx", DOCX))
    chosen(client, ("khach.zip", archive(("5.xml", demo_signers.signed()), ("5/a.docx", DOCX))))
    chosen(client, ("khach.zip", archive(("5.xml", b"<a/>"), ("5/a.zip", zipped("a.txt")))))
    rows = [told(batch) for batch in Batch.objects.order_by("pk")]
    assert rows[:2] == [{"5.xml": (A, [])}] * 2
    assert rows[2]["a.zip"][1] == ["ZIP-NESTED"]


@pytest.mark.error("FILE-PAPERS-LATE")
def test_the_same_archive_again_gives_the_same_receipts_and_a_new_paper_is_told_to_be_late(
    agent: Agency, demo_signers: Signers
) -> None:
    files = [("5.xml", demo_signers.signed()), ("5/hd.pdf", PDF)]
    assert filed(begun(agent.user, *files)) == {"2026-05": ["hd.pdf"]}
    again = begun(agent.user, *files, ("5/moi.pdf", PDF + b"2"))
    assert told(again) == {
        "5.xml": (A, ["FILE-ALREADY-RECEIVED", "BATCH-PAPER-LEFT"]),
        "moi.pdf": ("", ["FILE-PAPERS-LATE"]),
    }
    assert again.uploads.get(name="5.xml").filing == Filing.objects.get()
    assert not batchfiling.ask_to_file(again)
    assert Upload.objects.filter(batch=again, facts__wrong=True).count() == 1
    assert Attachment.objects.count() == 1
