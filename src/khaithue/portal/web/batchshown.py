"""A batch as its page and its CSV show it: by taxpayer, each file with what it is and where it stands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.intake import UNSIGNED
from khaithue.portal.filing.listing import BOM, lines
from khaithue.portal.web.models import Batch, Upload
from khaithue.portal.web.shown import Told, stored

RECENT = 10
"""Most batches listed to go on with."""


@dataclass(frozen=True)
class Line:
    """One file of the table; ``mark`` is the look of its state, ``state`` its words.

    ``open`` when it can still be filed, ``ticked`` when it is proposed to be: what was left out once is not.
    """

    upload: Upload
    mark: str
    state: str
    findings: list[Told]
    open: bool
    ticked: bool

    @property
    def command(self) -> str:
        """The command that signs it, when it lacks a signature."""
        unsigned = any(item.code == UNSIGNED for item in self.findings)
        return unsigned_command(self.upload.name) if unsigned else ""


@dataclass(frozen=True)
class Group:
    """The files of one taxpayer; ``None`` for those that are nobody's the user files for."""

    taxpayer: Taxpayer | None
    lines: list[Line]


def groups_of(batch: Batch) -> list[Group]:
    """The table, by taxpayer; files of one the user no longer reaches are left out."""
    reached = Q(taxpayer=None) | Q(taxpayer__in=Taxpayer.objects.of(batch.user))
    found = batch.uploads.filter(reached).defer("body").select_related("filing", "taxpayer")
    shown = groupby(found.order_by("position", "pk"), key=lambda upload: upload.taxpayer)
    return [Group(owner, [_line(upload, batch) for upload in uploads]) for owner, uploads in shown]


def _line(upload: Upload, batch: Batch) -> Line:
    before = upload.facts.get("findings", [])
    found = before if upload.facts.get("wrong") or not upload.outcome else upload.outcome
    mark, state = _state(upload, batch)
    is_open = not (upload.filing or upload.outcome or upload.facts.get("wrong"))
    ticked = not upload.facts.get("held") if batch.asked_at is None else upload.asked
    told = [item for item in stored(found) if item.code != "BATCH-AFTER" or is_open]
    return Line(upload, mark, state, told, is_open and batch.state != Batch.State.FILING, ticked)


def _state(upload: Upload, batch: Batch) -> tuple[str, str]:
    if upload.filing:
        return ("good", _("Đã nộp")) if _is_new(upload) else ("wait", _("Đã nộp trước đó"))
    if upload.facts.get("wrong") or upload.outcome:
        return "late", _("Không nộp được")
    if batch.state == Batch.State.FILING and upload.asked:
        return "draft", _("Đang nộp") if upload.tried_at else _("Chờ nộp")
    if batch.asked_at and not upload.asked:
        return "wait", _("Để lại")
    return ("soon", _("Cần xem lại")) if upload.facts.get("held") else ("draft", _("Sẵn sàng nộp"))


def _is_new(upload: Upload) -> bool:
    """Whether this batch filed it, not one before."""
    found = upload.outcome or upload.facts.get("findings", [])
    return not any(item["code"].startswith("FILE-ALREADY") for item in found)


def unsigned_command(name: str) -> str:
    """The command that signs a file of that name on the taxpayer's own machine."""
    stem = name.rpartition(".")[0] or name
    return f"khaithue sign --p12 chung-thu.p12 {_quoted(name)} {_quoted(f'{stem}-signed.xml')}"


def _quoted(name: str) -> str:
    safe = re.sub(r"[^\w.,+@-]", "_", name)
    return safe if safe == name else f'"{name.replace(chr(34), "_")}"'


def recent(user: User) -> list[Batch]:
    """The user's batches that are still kept, the newest first; those gone unfinished are left out."""
    counted = user.batches.annotate(files=Count("uploads"), done=Count("uploads__filing"))
    return list(counted.exclude(state=Batch.State.READING).order_by("-created_at")[:RECENT])


def csv_of(batch: Batch) -> Iterator[str]:
    """The table with its transaction codes, to keep."""
    yield BOM
    yield from lines([_headings()])
    for group in groups_of(batch):
        yield from lines(_cells(group.taxpayer, line) for line in group.lines)


def _headings() -> Iterable[str]:
    return (
        _("Tệp"),
        _("Mã số thuế"),
        _("Người nộp thuế"),
        _("Tờ khai"),
        _("Kỳ tính thuế"),
        _("Bổ sung lần"),
        _("Tài liệu kèm theo"),
        _("Tình trạng"),
        _("Mã giao dịch điện tử"),
        _("Thời điểm nộp"),
        _("Lý do"),
        "SHA-256",
    )


def _cells(taxpayer: Taxpayer | None, line: Line) -> Iterable[str]:
    upload, facts = line.upload, line.upload.facts
    filing = upload.filing
    return (
        upload.name,
        f"\t{taxpayer.mst}" if taxpayer else "",
        taxpayer.name if taxpayer else "",
        facts.get("form", ""),
        facts.get("period", ""),
        str(facts.get("number") or ""),
        ", ".join(facts.get("papers", [])),
        line.state,
        f"\t{filing.transaction_code}" if filing else "",
        f"{localtime(filing.received_at):%d/%m/%Y %H:%M:%S}" if filing else "",
        "; ".join(f"{item.code}: {item.message}" for item in line.findings),
        upload.sha256,
    )
