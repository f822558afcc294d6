"""Bytes from strangers to an lxml tree, or the findings that say why not. Nothing outside is read."""

import re
from dataclasses import dataclass

from lxml import etree

from khaithue.exchange import legacy_text
from khaithue.returns.findings import Finding, finding


@dataclass(frozen=True)
class Bounds:
    """What is refused before parsing: bytes, count of ``<``, and depth of elements, each at most.

    A parsed tree takes up to 32 times the bytes of a hostile file, so a small machine wants smaller bounds.
    """

    max_bytes: int = 100_000_000
    max_tags: int = 6_500_000
    max_depth: int = 50


_QUOTED = 160

DEFAULT = Bounds()
"""Large enough for an appendix of 100,000 people."""

_MARKS = (
    (b"\xff\xfe\x00\x00", "XML-UTF32"),
    (b"\x00\x00\xfe\xff", "XML-UTF32"),
    (b"<\x00\x00\x00", "XML-UTF32"),
    (b"\x00\x00\x00<", "XML-UTF32"),
    (b"\xff\xfe", "XML-UTF16"),
    (b"\xfe\xff", "XML-UTF16"),
    (b"<\x00", "XML-UTF16"),
    (b"\x00<", "XML-UTF16"),
    (b"\xef\xbb\xbf", "XML-BOM"),
)
_DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*["'](?P<version>[^"'<>]*)["']"""
    rb"""(?:\s+encoding\s*=\s*["'](?P<encoding>[^"'<>]*)["'])?"""
    rb"""(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>"""
)
_FORBIDDEN = (
    (b"<!DOCTYPE", "XML-DOCTYPE"),
    (b"<!ENTITY", "XML-DOCTYPE"),
    (b"<!--", "XML-COMMENT"),
    (b"<![CDATA[", "XML-CDATA"),
    (b"<!", "XML-DOCTYPE"),
    (b"<?", "XML-INSTRUCTION"),
)
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
_CONTROL = re.compile(b"[" + re.escape(_CONTROLS) + b"]")
_BYTES_OF_LINE = 40


def parse(data: bytes, bounds: Bounds = DEFAULT) -> tuple[etree._Element | None, list[Finding]]:
    """The root element, or ``None`` with an error; warnings may stand beside a root."""
    refusal = _refusal(data, bounds)
    if refusal:
        return None, [refusal]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return None, [_malformed(error)]
    if root.xpath(f"boolean({'/*' * (bounds.max_depth + 1)})"):
        return None, [finding("XML-TOO-DEEP", limit=bounds.max_depth)]
    return root, legacy_text.warnings(data)


def line_of(data: bytes, offset: int) -> int:
    """The line of a byte, counted from 1."""
    return data.count(b"\n", 0, offset) + 1


def _refusal(data: bytes, bounds: Bounds) -> Finding | None:
    """The first reason not to hand these bytes to a parser, from cheap to dear."""
    if len(data) > bounds.max_bytes:
        return finding("XML-TOO-BIG", size=len(data), limit=bounds.max_bytes)
    if not data.strip():
        return finding("XML-EMPTY")
    return (
        _byte_mark(data)
        or _declared_otherwise(data)
        or _control(data)
        or _not_utf8(data)
        or _forbidden(data)
        or _too_many_tags(data, bounds)
    )


def _byte_mark(data: bytes) -> Finding | None:
    for mark, code in _MARKS:
        if data.startswith(mark):
            return finding(code, line=1)
    return None


def _declared_otherwise(data: bytes) -> Finding | None:
    """A declared encoding that is not UTF-8, or a version of XML that is not 1.0."""
    if not data.startswith(b"<?xml"):
        return None
    declaration = _DECLARATION.match(data)
    if not declaration:
        return finding("XML-DECLARATION", line=1)
    encoding = (declaration["encoding"] or b"UTF-8").decode("ascii", "replace").lower()
    if encoding not in ("utf-8", "utf8"):
        return finding(_code_of_encoding(encoding), line=1, encoding=encoding[:_BYTES_OF_LINE])
    return None if declaration["version"] == b"1.0" else finding("XML-DECLARATION", line=1)


def _code_of_encoding(name: str) -> str:
    if "tcvn" in name or "5712" in name:
        return "XML-TCVN3"
    if name.startswith(("utf-16", "utf16", "ucs-2", "iso-10646-ucs-2")):
        return "XML-UTF16"
    if name.startswith(("utf-32", "utf32", "ucs-4", "iso-10646-ucs-4")):
        return "XML-UTF32"
    return "XML-ENCODING"


def _control(data: bytes) -> Finding | None:
    if not has_control(data):
        return None
    match = _CONTROL.search(data)
    at = match.start() if match else 0
    return finding("XML-CONTROL", line=line_of(data, at), character=f"0x{data[at]:02X}")


def has_control(data: bytes) -> bool:
    """Whether the bytes hold a control character XML may not: all below space but tab and line ends."""
    return len(data.translate(None, _CONTROLS)) != len(data)


def _not_utf8(data: bytes) -> Finding | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        code = "XML-TCVN3" if legacy_text.looks_like_tcvn3(data) else "XML-NOT-UTF8"
        return finding(code, line=line_of(data, error.start), encoding="TCVN3")
    return None


def _forbidden(data: bytes) -> Finding | None:
    """Markup beyond elements. ``<`` stands in no text or attribute, so a search of the bytes is exact."""
    start = data.find(b"?>") if data.startswith(b"<?xml") else 0
    for mark, code in _FORBIDDEN:
        at = data.find(mark, start)
        if at >= 0:
            return finding(code, line=line_of(data, at))
    return None


def _too_many_tags(data: bytes, bounds: Bounds) -> Finding | None:
    count = data.count(b"<")
    return (
        finding("XML-TOO-MANY-TAGS", count=count, limit=bounds.max_tags) if count > bounds.max_tags else None
    )


def _malformed(error: etree.XMLSyntaxError) -> Finding:
    line, column = error.position
    reason = (error.msg or "").rsplit(", line", 1)[0]
    if "depth" in reason:
        return finding("XML-TOO-DEEP", line=line, limit=256)
    return finding("XML-MALFORMED", line=line, column=column, reason=_cut(reason))


def _cut(text: str) -> str:
    """The parser quotes names of any length; a finding says enough of them."""
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
