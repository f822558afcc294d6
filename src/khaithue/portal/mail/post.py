"""Posting an e-mail: the row first, in the transaction of the act it tells of; then the sender is hurried."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from khaithue.portal.mail.models import Mail, MailFile
from khaithue.portal.mail.tasks import send_mail, send_mails

HURRIED = 50
"""How many of the e-mails posted at once a task sends."""


@dataclass(frozen=True)
class File:
    """A file that goes with an e-mail."""

    name: str
    media_type: str
    data: bytes


def post(
    *,
    name: str,
    recipient: str,
    subject: str,
    template: str,
    facts: dict[str, Any],
    at: datetime,
    files: Sequence[File] = (),
    is_secret: bool = False,
) -> Mail:
    """Owe an e-mail from now on; call it inside the transaction of the act.

    ``name`` is unique and has no personal data; ``template`` is a text template rendered with ``facts`` and
    ``site``, the portal's own address.
    An address of the domain ``.invalid`` (RFC 2606) is nobody's (a test taxpayer's): nothing is owed to it.
    """
    mail = Mail.objects.create(
        name=name, is_secret=is_secret, **_row(recipient, subject, template, facts, at)
    )
    MailFile.objects.bulk_create(MailFile(mail=mail, **asdict(file)) for file in files)
    transaction.on_commit(lambda: send_mail.enqueue(mail.pk), robust=True)
    return mail


@dataclass(frozen=True)
class Copy:
    """One e-mail of those posted at once; ``mark`` tells it from the others."""

    mark: str
    recipient: str
    subject: str
    facts: Mapping[str, Any]


def post_all(
    *, name: str, template: str, copies: Sequence[Copy], at: datetime, files: Sequence[File] = ()
) -> list[Mail]:
    """Owe many e-mails at once, whose files are stored once; call it inside the transaction of the act.

    The first row, without a recipient, only keeps the files. The e-mails come in the order of ``copies``; all
    but the first few wait for the sweep, so that codes and receipts of others do not wait behind them.
    """
    kept = Mail.objects.create(name=name, subject=name, body="", made_at=at, due_at=at, sent_at=at)
    MailFile.objects.bulk_create(MailFile(mail=kept, **asdict(file)) for file in files)
    rows = (
        Mail(
            name=f"{name}-{copy.mark}",
            files_of=kept,
            **_row(copy.recipient, copy.subject, template, copy.facts, at),
        )
        for copy in copies
    )
    mails = Mail.objects.bulk_create(rows, batch_size=500)
    hurried = [mail.pk for mail in mails[:HURRIED]]
    transaction.on_commit(lambda: send_mails.enqueue(hurried), robust=True)
    return mails


def _row(
    recipient: str, subject: str, template: str, facts: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    return {
        "recipient": recipient,
        "subject": subject,
        "body": render_to_string(template, {"site": settings.SITE, **facts}),
        "made_at": at,
        "due_at": at,
        "sent_at": at if recipient.endswith(".invalid") else None,
    }
