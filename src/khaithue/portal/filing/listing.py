"""Filings as rows of a table to keep: for the CSV of a search and the index of an export."""

import csv
from collections.abc import Iterable, Iterator

from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.words import kind_words, received_words
from khaithue.returns.findings import Text

BOM = "\ufeff"
"""Tells spreadsheets that the text is UTF-8."""


STATES = {
    Filing.State.RECEIVED: Text("Đã tiếp nhận", "Received"),
    Filing.State.ACCEPTED: Text("Đã chấp nhận", "Accepted"),
    Filing.State.REFUSED: Text("Không chấp nhận", "Refused"),
    Filing.State.REPLACED: Text("Đã thay thế", "Replaced"),
}
"""Where a filing stands."""

HEADINGS = (
    Text("Mã giao dịch điện tử", "Transaction code"),
    Text("Mẫu tờ khai", "Form"),
    Text("Tờ khai", "Return"),
    Text("Kỳ tính thuế", "Tax period"),
    Text("Từ ngày", "From"),
    Text("Đến ngày", "To"),
    Text("Loại tờ khai", "Kind"),
    Text("Thời điểm nộp", "Received at"),
    Text("Tình trạng", "State"),
    Text("SHA-256", "SHA-256"),
)


def headings(language: str) -> tuple[str, ...]:
    """The first line of the table."""
    return tuple(text[language] for text in HEADINGS)


def row(filing: Filing, language: str) -> tuple[str, ...]:
    """One filing; a tab before the code keeps spreadsheets from rounding its seventeen digits."""
    return (
        f"\t{filing.transaction_code}",
        filing.form_code,
        filing.title,
        filing.period,
        f"{filing.period_start:%d/%m/%Y}",
        f"{filing.period_end:%d/%m/%Y}",
        kind_words(filing)[language],
        received_words(filing),
        STATES[Filing.State(filing.state)][language],
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
