"""Return files by their extension: the authority's XML, and the JSON of this program."""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from khaithue.exchange import returns_xml, safe_xml
from khaithue.exchange.returns_xml import ReadResult
from khaithue.returns import codec
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.returns.form import Form
from khaithue.returns.model import Return

MAX_BYTES = safe_xml.DEFAULT.max_bytes
"""The size beyond which no file is read."""

EXTENSIONS = (".xml", ".json")
"""The kinds of file a return is read from and written to."""

_MAX_DIGITS = 30


def load(path: Path, forms: Sequence[Form] | None = None) -> ReadResult:
    """The return in a file, by its extension; a file that cannot be read is a finding."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        return ReadResult(None, (finding("FILE-UNREADABLE", name=path.name),))
    return loads(data, path.name, forms)


def loads(data: bytes, name: str, forms: Sequence[Form] | None = None) -> ReadResult:
    """The return in the bytes of a file of that name."""
    match Path(name).suffix.lower():
        case ".xml":
            return returns_xml.read(data, forms)
        case ".json":
            return _read_json(data)
    return ReadResult(None, (finding("FILE-EXTENSION", name=name[:80]),))


def save(ret: Return, path: Path) -> None:
    """Write a return by the extension of its file, whole or not at all.

    ``ValueError`` for another extension or for figures XML cannot carry, ``OSError`` when the disk refuses.
    """
    data = dumps(ret, path.name)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def dumps(ret: Return, name: str) -> bytes:
    """The bytes of a return for a file of that name; ``ValueError`` for another extension."""
    match Path(name).suffix.lower():
        case ".xml":
            return returns_xml.write(ret)
        case ".json":
            text = json.dumps(codec.encode(ret), ensure_ascii=False, indent=2, allow_nan=False)
            return f"{text}\n".encode()
    raise ValueError(f"a return is written to {' or '.join(EXTENSIONS)}, not {name}")


def _read_json(data: bytes) -> ReadResult:
    document = parse_json(data)
    if isinstance(document, Finding):
        return ReadResult(None, (document,))
    ret, findings = codec.decode(document)
    return ReadResult(None if has_errors(findings) else ret, tuple(findings))


class _RefusedError(ValueError):
    """Carries the finding out of the JSON parser."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.code)
        self.found = found


def parse_json(data: bytes) -> dict[str, Any] | Finding:
    """The object in strict JSON, or why not: no key twice, no fraction, exponent, NaN or long number."""
    if len(data) > MAX_BYTES:
        return finding("JSON-TOO-BIG", size=len(data), limit=MAX_BYTES)
    try:
        text = data.decode("utf-8")
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except _RefusedError as refused:
        return refused.found
    except UnicodeDecodeError:
        return finding("JSON-NOT-UTF8")
    except json.JSONDecodeError as error:
        return _malformed(error)
    except RecursionError:
        return finding("JSON-TOO-DEEP")
    return document if isinstance(document, dict) else finding("JSON-NOT-AN-OBJECT")


def _malformed(error: json.JSONDecodeError) -> Finding:
    if error.doc.startswith("\ufeff"):
        return finding("JSON-NOT-UTF8", line=1)
    return finding("JSON-MALFORMED", line=error.lineno, column=error.colno)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key, later in zip(sorted(keys), sorted(keys)[1:], strict=False) if key == later)
        raise _RefusedError(finding("JSON-DUPLICATE", key=twice[:40]))
    return result


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _MAX_DIGITS:
        _no_number(text)
    return int(text)


def _no_number(text: str) -> Any:
    raise _RefusedError(finding("JSON-NUMBER", value=text[:40]))
