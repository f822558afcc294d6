"""Reading what a webhook is sent: the signature first, then the event."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class SignatureError(Exception):
    """What came was not signed with the secret, or too long ago."""


@dataclass(frozen=True)
class Event:
    """One event: it may come more than once, always with the same ``id``."""

    id: str
    event: str
    made_at: datetime
    data: dict[str, Any]


def read_event(
    body: bytes, signature: str, secret: str, *, now: float | None = None, tolerance: float = 300.0
) -> Event:
    """The event in a body sent with the header ``Khaithue-Signature``.

    Raises ``SignatureError`` when the secret did not sign it within ``tolerance`` seconds of ``now``.
    """
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    at, given = parts.get("t", ""), parts.get("v1", "")
    expected = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    if not (at.isascii() and at.isdecimal() and hmac.compare_digest(given.encode(), expected.encode())):
        raise SignatureError("the body was not signed with this secret")
    if abs((time.time() if now is None else now) - int(at)) > tolerance:
        raise SignatureError("the body was signed too long ago")
    content = json.loads(body)
    return Event(content["id"], content["event"], datetime.fromisoformat(content["made_at"]), content["data"])
