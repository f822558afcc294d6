"""The bytes of an Excel book opened with care: its size bounded, its error cells told."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from khaithue.exchange.excel_values import Raw
from khaithue.returns.findings import Finding, finding

MAX_BYTES: Final = 60_000_000
"""The largest book that is read."""
MAX_UNPACKED: Final = 600_000_000
"""The most that a book may hold when unpacked, bytes."""
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    CalamineError,
    KeyError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What the readers raise for a book that is damaged, encrypted or of another kind."""
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_ERROR: Final = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*? t="e"[^>]*>.*?<v>([^<]*)', re.DOTALL)
_SHEET: Final = re.compile(r"<sheet\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r'([\w:]+)="([^"]*)"')
_RELATION: Final = re.compile(r"<Relationship\b[^>]*>")


def opened(data: bytes) -> CalamineWorkbook | Finding:
    """The book in the bytes, or why it cannot be read."""
    if len(data) > MAX_BYTES:
        return finding("XLS-TOO-BIG", size=len(data), limit=MAX_BYTES)
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            packed.getinfo(_WORKBOOK)
            size = sum(part.file_size for part in packed.infolist())
        if size > MAX_UNPACKED:
            return finding("XLS-TOO-BIG", size=size, limit=MAX_UNPACKED)
        return CalamineWorkbook.from_filelike(BytesIO(data))
    except BROKEN:
        return finding("XLS-UNREADABLE")


def cells(book: CalamineWorkbook, sheet: str, rows: int) -> list[list[Raw]]:
    """The cells of a sheet from its first row on, at most so many rows; one of ``BROKEN`` if damaged."""
    found: list[list[Raw]] = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=rows)
    return found


def error_cells(data: bytes) -> Iterator[tuple[str, str, str]]:
    """Each cell that shows an error such as #DIV/0!: its sheet, its place, the error."""
    with zipfile.ZipFile(BytesIO(data)) as packed:
        for sheet, path in _sheet_files(packed).items():
            for place, error in _ERROR.findall(packed.read(path)):
                yield sheet, place.decode(), unescape(error.decode("utf-8", "replace"))


def _sheet_files(packed: zipfile.ZipFile) -> dict[str, str]:
    """The file of each sheet inside the book."""
    targets = {}
    for relation in _tags(packed, _RELATIONS, _RELATION):
        target = relation.get("Target", "")
        targets[relation.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    known = set(packed.namelist())
    return {
        unescape(sheet.get("name", "")): path
        for sheet in _tags(packed, _WORKBOOK, _SHEET)
        if (path := targets.get(sheet.get("r:id", ""), "")) in known
    }


def _tags(packed: zipfile.ZipFile, path: str, tag: re.Pattern[str]) -> list[dict[str, str]]:
    if path not in packed.namelist():
        return []
    text = packed.read(path).decode("utf-8", "replace")
    return [dict(_ATTRIBUTE.findall(each)) for each in tag.findall(text)]
