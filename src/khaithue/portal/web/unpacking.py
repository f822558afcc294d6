"""The files of a ZIP archive, each refused before it is unpacked when it would be too much."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings

from khaithue.returns.findings import Finding, finding

END, END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
LOCATOR, LOCATOR_SIZE = b"PK\x06\x07", 20
ENTRY_SIZE = 1_000
"""Most bytes of the directory an honest entry takes, its name among them."""
DAMAGE = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError, EOFError)
"""What reading a damaged archive raises."""
PASSED_OVER = ("__MACOSX", ".DS_Store", "Thumbs.db")


CONTENT_TYPES = "[Content_Types].xml"
"""What every document of an office program holds that is a ZIP itself."""


@dataclass(frozen=True)
class Unpacked:
    """One file sent, by itself or within the archive of that number; ``wrong`` says why it cannot be read."""

    path: str
    data: bytes
    wrong: Finding | None = None
    archive: int = 0

    @property
    def name(self) -> str:
        """The last part of its path."""
        return PurePosixPath(self.path).name


def is_zip(file: IO[bytes]) -> bool:
    """Whether the file is a ZIP archive of files, not a document that is a ZIP by its make (DOCX, XLSX)."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    return start in (b"PK\x03\x04", END) and not _is_document(file)


def _is_document(file: IO[bytes]) -> bool:
    if _directory(file, ""):
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return CONTENT_TYPES in archive.namelist()
    except DAMAGE:
        return False
    finally:
        file.seek(0)


def refused(file: IO[bytes], name: str) -> Finding | None:
    """Why nothing of an archive is taken; None when its files may be unpacked."""
    if wrong := _directory(file, name):
        return wrong
    try:
        with zipfile.ZipFile(file) as archive:
            return _wrong(_wanted(archive), name)
    except DAMAGE:
        return finding("ZIP-DAMAGED", name=name)


def unpacked(file: IO[bytes], number: int = 1) -> Iterator[Unpacked]:
    """The files of an archive that was not refused, one at a time; nothing is written to disk."""
    with zipfile.ZipFile(file) as archive:
        for entry in _wanted(archive):
            yield _unpacked(archive, entry, number)


def _directory(file: IO[bytes], name: str) -> Finding | None:
    """Refuse an archive by the size of its directory, before the directory is read.

    Archives of the 64-bit kind are refused too: so many files or bytes are never taken.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - END_SIZE - LONGEST_COMMENT - LOCATOR_SIZE))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(END)
    if at < 0 or len(tail) < at + END_SIZE:
        return finding("ZIP-DAMAGED", name=name)
    count = int.from_bytes(tail[at + 10 : at + 12], "little")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    most = settings.BATCH_FILES
    is_64 = tail[max(0, at - LOCATOR_SIZE) : at].startswith(LOCATOR)
    if is_64 or count > 2 * most or length > 2 * most * ENTRY_SIZE:
        return finding("ZIP-TOO-MANY", name=name, limit=most)
    return None


def _wanted(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files, without those that systems put beside files by themselves."""
    return [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and not set(PurePosixPath(entry.filename).parts) & set(PASSED_OVER)
    ]


def _wrong(entries: list[zipfile.ZipInfo], name: str) -> Finding | None:
    if not entries:
        return finding("ZIP-NOTHING", name=name)
    if len(entries) > settings.BATCH_FILES:
        return finding("ZIP-TOO-MANY", name=name, limit=settings.BATCH_FILES)
    if sum(entry.file_size for entry in entries) > settings.REQUEST_BYTES:
        return finding("ZIP-TOO-LARGE", name=name, limit=settings.REQUEST_BYTES)
    return next((wrong for entry in entries if (wrong := _wrong_entry(entry, name))), None)


def _wrong_entry(entry: zipfile.ZipInfo, name: str) -> Finding | None:
    path, shown = PurePosixPath(entry.filename), entry.filename[:80]
    if entry.flag_bits & 1:
        return finding("ZIP-ENCRYPTED", name=name)
    if path.is_absolute() or ".." in path.parts or len(path.parts) > settings.ZIP_DEPTH:
        return finding("ZIP-PATH", name=name, entry=shown)
    if entry.file_size > settings.UPLOAD_BYTES:
        return finding("ZIP-TOO-LARGE", name=name, limit=settings.UPLOAD_BYTES)
    if entry.file_size > settings.ZIP_RATIO * max(entry.compress_size, 1):
        return finding("ZIP-BOMB", name=name, entry=shown, limit=settings.ZIP_RATIO)
    return None


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, number: int) -> Unpacked:
    """The file's bytes, never more than it declares: the archive's reader stops there and checks the sum."""
    path = entry.filename
    try:
        with archive.open(entry) as packed:
            data = packed.read(entry.file_size + 1)
    except DAMAGE:
        return Unpacked(path, b"", finding("ZIP-DAMAGED", name=PurePosixPath(path).name), number)
    nested = finding("ZIP-NESTED", name=PurePosixPath(path).name) if is_zip(BytesIO(data)) else None
    return Unpacked(path, data, nested, number)
