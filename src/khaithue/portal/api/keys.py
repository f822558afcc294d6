"""The keys of programs: made at random, kept as digests, found by them."""

import hashlib
import hmac
import secrets

from khaithue.portal.api.models import Token

MARK = "kt_"
"""What every key begins with, so that people and scanners recognise a leaked one."""

SHOWN = 9
"""How many of its first signs tell a key apart on the page; the rest is kept by nobody."""

LONGEST = 100


def new_key() -> str:
    """A fresh key with 256 random bits: too many to guess, so a plain digest guards it."""
    return MARK + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """The digest by which a key is kept and found."""
    return hashlib.sha256(key.encode()).hexdigest()


def find(key: str) -> Token | None:
    """The token of a key, alive or not.

    The database looks for the digest, which whoever guesses keys cannot steer; so how long that takes tells
    nothing about any key.
    """
    digest = digest_of(key[:LONGEST])
    found = Token.objects.select_related("user", "taxpayer").filter(digest=digest).first()
    return found if found and hmac.compare_digest(found.digest, digest) else None
