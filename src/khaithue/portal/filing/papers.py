"""The papers that go with a return: taken by what their bytes say they are, never by their name."""

import hashlib
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import PurePosixPath

from khaithue import law
from khaithue.exchange import safe_xml
from khaithue.returns.findings import Finding, finding


@dataclass(frozen=True)
class Kind:
    """One kind of file that is taken: ``starts`` its first bytes, ``members`` what such a ZIP holds."""

    name: str
    media_type: str
    extension: str
    starts: str = ""
    members: tuple[str, ...] = ()
    root: bool = False

    def fits(self, data: bytes) -> bool:
        """Whether the bytes are of this kind."""
        if self.root:
            return safe_xml.parse(data)[0] is not None
        return data.startswith(bytes.fromhex(self.starts)) and set(self.members) <= _members(data, self)


@dataclass(frozen=True)
class Limits:
    """How many papers go with one return, and their sizes in bytes."""

    most: int
    bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Paper:
    """One paper on its way in."""

    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The digest of its bytes."""
        return hashlib.sha256(self.data).hexdigest()


def limits() -> Limits:
    """The limits of ``law/procedures/attachments.toml``."""
    document = law.document("procedures/attachments.toml")
    return Limits(document["most"], document["bytes"], document["total_bytes"])


@cache
def kinds() -> tuple[Kind, ...]:
    """The kinds of files that are taken."""
    entries = law.document("procedures/attachments.toml")["kinds"]
    return tuple(Kind(**{**entry, "members": tuple(entry.get("members", ()))}) for entry in entries)


def take(name: str, data: bytes, before: Sequence[Paper] = ()) -> tuple[Paper | None, Finding | None]:
    """The paper in these bytes, beside those taken before; or why it is not taken."""
    shown = clean_name(name)
    allowed = limits()
    if not data:
        return None, finding("PAPER-EMPTY", name=shown)
    if len(data) > allowed.bytes:
        return None, finding("PAPER-TOO-LARGE", name=shown, size=len(data), limit=allowed.bytes)
    if len(before) >= allowed.most:
        return None, finding("PAPER-TOO-MANY", limit=allowed.most)
    if sum(len(each.data) for each in before) + len(data) > allowed.total_bytes:
        return None, finding("PAPER-TOTAL", name=shown, limit=allowed.total_bytes)
    kind = kind_of(data)
    if kind is None:
        return None, finding("PAPER-KIND", name=shown, known=", ".join(each.name for each in kinds()))
    return Paper(_named(shown, kind), kind.media_type, data), None


def kind_of(data: bytes) -> Kind | None:
    """The kind these bytes are of, if it is one that is taken."""
    return next((each for each in kinds() if each.fits(data)), None)


def clean_name(name: str) -> str:
    """The last part of a file's name, without signs nobody can see; at most 150 of them."""
    last = PurePosixPath(name.replace("\\", "/")).name
    signs = unicodedata.normalize("NFC", last)
    seen = "".join(sign for sign in signs if not unicodedata.category(sign).startswith("C"))
    return seen.strip(" .")[:150] or "tai-lieu"


def _named(name: str, kind: Kind) -> str:
    """The name with the extension of what the file is, so that it opens as what it is."""
    known = {kind.extension, "jpeg"} if kind.extension == "jpg" else {kind.extension}
    return name if name.rpartition(".")[2].lower() in known else f"{name}.{kind.extension}"


def _members(data: bytes, kind: Kind) -> set[str]:
    if not kind.members:
        return set()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return set()
