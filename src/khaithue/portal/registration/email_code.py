"""The code by which an applicant shows that mail to the address given arrives."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from khaithue.portal.login.sealing import mark, marks

LIFE = timedelta(minutes=10)
DIGITS = 6


@dataclass(frozen=True)
class MailedCode:
    """A code that was mailed, by its keyed hash; it is good until ``expires_at``."""

    hash: str
    expires_at: datetime

    def confirms(self, email: str, typed: str, at: datetime) -> bool:
        """Whether what was typed is the code for that address, in time."""
        wanted = marks(_text(email, "".join(typed.split())))
        return at < self.expires_at and any(hmac.compare_digest(self.hash, each) for each in wanted)


def new_code(email: str, at: datetime) -> tuple[str, MailedCode]:
    """A fresh code for the address, and what is kept of it."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    return code, MailedCode(mark(_text(email, code)), at + LIFE)


def _text(email: str, code: str) -> str:
    return f"register:{email.casefold()}:{code}"
