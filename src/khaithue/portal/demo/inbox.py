"""Reading the demo's mail: what the sink has put into the Maildir."""

import email.policy
import mailbox
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings

PARSER = BytesParser(policy=email.policy.default)


@dataclass(frozen=True)
class Attachment:
    """One attached file."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One message as a person reads it. ``key`` names it within the inbox."""

    key: str
    sent: str
    sender: str
    recipients: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...]


def maildir() -> Path:
    """Where the sink keeps the mail: ``mail`` in the data directory."""
    return Path(settings.DATA_DIR) / "mail"


def messages() -> list[Mail]:
    """Every message of the demo's inbox, newest first."""
    if not maildir().is_dir():
        return []
    box = mailbox.Maildir(maildir(), create=False)
    newest = sorted(box.keys(), key=lambda key: float(key.split(".", 1)[0]), reverse=True)
    return [_mail(key, box.get_bytes(key)) for key in newest]


def message(key: str) -> Mail | None:
    """One message by its key; None when there is none."""
    return next((item for item in messages() if item.key == key), None)


def _mail(key: str, data: bytes) -> Mail:
    parsed = PARSER.parsebytes(data)
    body = parsed.get_body(("plain",))
    return Mail(
        key=key,
        sent=str(parsed["Date"]),
        sender=str(parsed["From"]),
        recipients=str(parsed["To"]),
        subject=str(parsed["Subject"]).strip(),
        text=body.get_content() if body else "",
        attachments=tuple(_attachment(part) for part in parsed.iter_attachments()),
    )


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_content()
    return Attachment(part.get_filename() or "", content if isinstance(content, bytes) else content.encode())
