"""Filings as rows of a table to keep: for the CSV of a search and the index of an export."""

import csv
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from khaithue.portal.filing.models import Filing

BOM = "\ufeff"
"""Tells spreadsheets that the text is UTF-8."""


def state_words(filing: Filing) -> str:
    """Where a filing stands, in the reader's language."""
    return {
        Filing.State.RECEIVED: _("Đã tiếp nhận"),
        Filing.State.ACCEPTED: _("Đã chấp nhận"),
        Filing.State.REFUSED: _("Không chấp nhận"),
        Filing.State.REPLACED: _("Đã thay thế"),
    }[Filing.State(filing.state)]


def headings() -> tuple[str, ...]:
    """The first line of the table."""
    return (
        _("Mã giao dịch điện tử"),
        _("Mẫu tờ khai"),
        _("Tờ khai"),
        _("Kỳ tính thuế"),
        _("Từ ngày"),
        _("Đến ngày"),
        _("Loại tờ khai"),
        _("Thời điểm nộp"),
        _("Tình trạng"),
        "SHA-256",
    )


def row(filing: Filing) -> tuple[str, ...]:
    """One filing; a tab before the code keeps spreadsheets from rounding its seventeen digits."""
    supplement = _("Bổ sung lần %s") % filing.supplement_no
    return (
        f"\t{filing.transaction_code}",
        filing.form_code,
        filing.title,
        filing.period,
        f"{filing.period_start:%d/%m/%Y}",
        f"{filing.period_end:%d/%m/%Y}",
        _("Lần đầu") if filing.kind == "C" else supplement,
        f"{timezone.localtime(filing.received_at):%d/%m/%Y %H:%M:%S}",
        state_words(filing),
        filing.body_sha256,
    )


class _Echo:
    """Hands back each line that ``csv`` writes."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """CSV lines of rows, one by one; no cell begins as a formula would."""
    writer = csv.writer(_Echo())
    for cells in rows:
        yield writer.writerow([_harmless(cell) for cell in cells])


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell
