"""Files as one body (RFC 7578)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One file of a body: the name of its part, its own name, its bytes."""

    name: str
    filename: str
    data: bytes


def multipart(parts: Sequence[Part]) -> tuple[str, bytes]:
    """The media type and the body."""
    boundary = secrets.token_hex(24)
    lines = b"".join(_head(boundary, part) + part.data + b"\r\n" for part in parts)
    return f"multipart/form-data; boundary={boundary}", lines + f"--{boundary}--\r\n".encode()


def _head(boundary: str, part: Part) -> bytes:
    """What stands before a part's bytes; the three signs that would end its name early are escaped."""
    filename = part.filename.translate({10: "%0A", 13: "%0D", 34: "%22"})
    place = f'form-data; name="{part.name}"' + (f'; filename="{filename}"' if filename else "")
    head = f"--{boundary}\r\nContent-Disposition: {place}\r\nContent-Type: application/octet-stream\r\n\r\n"
    return head.encode()
