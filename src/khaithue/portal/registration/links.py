"""Links that act once: the secret goes out by e-mail, its digest alone is kept."""

import hashlib
import secrets
from datetime import timedelta

from khaithue import law


def new_secret() -> str:
    """256 bits nobody guesses, fit for an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret: its SHA-256 in hexadecimal, 64 digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def email_life() -> timedelta:
    """How long the links of a change of e-mail may be opened."""
    return timedelta(hours=law.document("procedures/set_up.toml")["links"]["email_hours"])


def invitation_life() -> timedelta:
    """How long an invitation may be accepted."""
    return timedelta(days=law.document("procedures/set_up.toml")["links"]["invitation_days"])
