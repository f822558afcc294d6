"""Secrets at rest: sealed when they must be read again, keyed hashes when they need only be compared.

Every key is derived from ``SECRET_KEY``; those of ``SECRET_KEY_FALLBACKS`` still open and still match, so
the portal's secret can be changed without turning anybody's second factor off.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SEAL, MARK = "khaithue.portal.login.seal", "khaithue.portal.login.mark"


def seal(secret: str) -> str:
    """The secret, encrypted and authenticated (Fernet)."""
    return _fernet().encrypt(secret.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """What was sealed; ``cryptography.fernet.InvalidToken`` when it was not with a key of this portal."""
    return _fernet().decrypt(sealed.encode("ascii")).decode()


def mark(text: str) -> str:
    """The keyed hash of a text: 64 hexadecimal digits nobody makes without the portal's secret."""
    return _mark(text, settings.SECRET_KEY)


def marks(text: str) -> list[str]:
    """The keyed hashes a text may have been stored under: of the secret in use and of those before."""
    return [_mark(text, secret) for secret in _secrets()]


def _mark(text: str, secret: str) -> str:
    return salted_hmac(MARK, text, secret=secret, algorithm="sha256").hexdigest()


def _fernet() -> MultiFernet:
    keys = (salted_hmac(SEAL, "", secret=secret, algorithm="sha256").digest() for secret in _secrets())
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
