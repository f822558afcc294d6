"""The signature of what is sent: ``Khaithue-Signature: t=1781748753,v1=<hex>``.

``v1`` is the HMAC-SHA-256, by the webhook's secret, of the time in seconds, a full stop, and the very body.
"""

import hashlib
import hmac
import secrets

HEADER = "Khaithue-Signature"


def new_secret() -> str:
    """A fresh secret of a webhook, with 256 random bits."""
    return "whsec_" + secrets.token_urlsafe(32)


def signature(secret: str, at: int, body: bytes) -> str:
    """The value of the header for a body sent at a second since 1970."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
