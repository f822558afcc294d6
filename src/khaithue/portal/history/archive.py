"""The ZIP of a taxpayer's history: every file as it was received or issued, an index, and digests.

Files are written one by one; only a line about each is kept in memory. ``manifest.json`` names every other
file with its SHA-256, and ``manifest.json.p7s`` is the office's signature of it (``signing.detached``).
"""

import hashlib
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from khaithue.portal.accounts.access import Access, Right
from khaithue.portal.filing import listing
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reading import return_of
from khaithue.portal.history.models import Export
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.paper import notice_pdf
from khaithue.portal.notices.reach import notices_for
from khaithue.portal.office.identity import signing_key
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.stored import dossiers_for, has_xml, paper_of, pdf_of, xml_of
from khaithue.portal.signers import signed_by
from khaithue.printing.pdf import pdf
from khaithue.signing.detached import detached

Progress = Callable[[int], None]
"""Told how many papers are in the ZIP; raises to stop the work."""


@dataclass(frozen=True)
class Kept:
    """One file in the ZIP."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Line:
    """One filing, notice or dossier of the index, with its files."""

    paper: Filing | Notice | Application
    files: tuple[Kept, ...]


@dataclass
class Archive:
    """A ZIP being written, and what is in it so far."""

    zip: zipfile.ZipFile
    files: list[Kept] = field(default_factory=list)

    def add(self, path: str, data: bytes) -> Kept:
        """Write one file."""
        self.zip.writestr(path, data)
        kept = Kept(path, len(data), hashlib.sha256(data).hexdigest())
        self.files.append(kept)
        return kept


def filings_of(export: Export) -> QuerySet[Filing]:
    """The filings of an export, oldest first."""
    return _scope(export).of(Filing.objects.filter(taxpayer=export.taxpayer)).order_by("received_at", "pk")


def notices_of(export: Export) -> QuerySet[Notice]:
    """The notices of an export, oldest first."""
    found = notices_for(export.user, export.taxpayer, _scope(export))
    return found.order_by("created_at", "pk")


def dossiers_of(export: Export) -> QuerySet[Application]:
    """The dossiers about the account of an export that have a form, oldest first."""
    found = dossiers_for(export.user, export.taxpayer).exclude(form_code="")
    return found.order_by("received_at", "pk")


def _scope(export: Export) -> Access:
    forms = None if export.forms is None else frozenset(export.forms)
    return Access(frozenset({Right.LOOK_UP}), forms)


def build(export: Export, file: BinaryIO, at: datetime, progress: Progress) -> None:
    """Write the whole ZIP to a file.

    Raises what ``progress`` raises, and ``ValueError`` on a damaged store.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as opened:
        archive = Archive(opened)
        filings = list(_filings(export, archive, progress))
        notices = list(_notices(export, archive, progress, len(filings)))
        dossiers = list(_dossiers(export, archive, progress, len(filings) + len(notices)))
        _index(export, archive, {"filings": filings, "notices": notices, "dossiers": dossiers}, at)
        _manifest(export, archive, at)


def _filings(export: Export, archive: Archive, progress: Progress) -> Iterator[Line]:
    keys = list(filings_of(export).values_list("pk", flat=True))
    for number, key in enumerate(keys, 1):
        filing = Filing.objects.get(pk=key)
        files = tuple(_of_filing(filing, archive, with_pdf=export.with_pdf))
        yield Line(_light(filing), files)
        progress(number)


def _light(filing: Filing) -> Filing:
    """The row without its bytes, for the index."""
    filing.body = b""
    return filing


def _of_filing(filing: Filing, archive: Archive, *, with_pdf: bool) -> Iterator[Kept]:
    name = f"{plain(filing.period)}_{plain(filing.form_code)}_{filing.transaction_code}"
    folder = f"to-khai/{filing.received_at.year}/{name}"
    yield archive.add(f"{folder}/to-khai.xml", filing.file)
    if with_pdf:
        yield archive.add(f"{folder}/to-khai.pdf", pdf(return_of(filing), signed_by=signed_by(filing.signer)))
    for number, paper in enumerate(filing.attachments.order_by("pk").iterator(chunk_size=1), 1):
        yield archive.add(f"{folder}/kem-theo/{number}-{plain(paper.name)}", bytes(paper.body))


def _notices(export: Export, archive: Archive, progress: Progress, before: int) -> Iterator[Line]:
    keys = list(notices_of(export).values_list("pk", flat=True))
    for number, key in enumerate(keys, 1):
        notice = (
            Notice.objects.select_related("taxpayer", "filing__taxpayer").defer("filing__body").get(pk=key)
        )
        yield Line(notice, tuple(_of_notice(notice, archive, with_pdf=export.with_pdf)))
        progress(before + number)


def _of_notice(notice: Notice, archive: Archive, *, with_pdf: bool) -> Iterator[Kept]:
    place = f"thong-bao/{notice.created_at.year}/{plain(notice.number)}"
    yield archive.add(f"{place}.xml", bytes(notice.xml))
    if with_pdf:
        yield archive.add(f"{place}.pdf", notice_pdf(notice))


def _dossiers(export: Export, archive: Archive, progress: Progress, before: int) -> Iterator[Line]:
    for number, dossier in enumerate(dossiers_of(export), 1):
        yield Line(dossier, tuple(_of_dossier(dossier, archive, with_pdf=export.with_pdf)))
        progress(before + number)


def _of_dossier(dossier: Application, archive: Archive, *, with_pdf: bool) -> Iterator[Kept]:
    """Its form as XML, and as PDF too when that is asked for or there is no XML."""
    place = f"ho-so/{dossier.received_at.year}/{dossier.code}_{plain(dossier.form_code)}"
    in_xml = has_xml(paper_of(dossier))
    if in_xml:
        yield archive.add(f"{place}.xml", xml_of(dossier))
    if with_pdf or not in_xml:
        yield archive.add(f"{place}.pdf", pdf_of(dossier))


def plain(text: str) -> str:
    """A text as part of a file's name on any system: ``01/GTGT`` as ``01-GTGT``."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    ascii_only = bare.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_only).strip(".-")[:80] or "tep"


def _index(export: Export, archive: Archive, papers: Mapping[str, list[Line]], at: datetime) -> None:
    filed = (line.paper for line in papers["filings"] if isinstance(line.paper, Filing))
    rows = [listing.headings("vi"), *(listing.row(each, "vi") for each in filed)]
    archive.add("index.csv", (listing.BOM + "".join(listing.lines(rows))).encode())
    context = {**papers, "export": export, "at": timezone.localtime(at)}
    archive.add("index.html", render_to_string("history/index.html", context).encode())


def _manifest(export: Export, archive: Archive, at: datetime) -> None:
    said = {
        "taxpayer": export.taxpayer.mst,
        "made_at": timezone.localtime(at).isoformat(timespec="seconds"),
        "digest": "SHA-256",
        "files": [asdict(kept) for kept in archive.files],
    }
    manifest = json.dumps(said, ensure_ascii=False, indent=1).encode()
    archive.zip.writestr("manifest.json", manifest)
    key, _missing = signing_key(sandbox=export.taxpayer.is_sandbox)
    if key is not None:
        archive.zip.writestr("manifest.json.p7s", detached(manifest, key))
