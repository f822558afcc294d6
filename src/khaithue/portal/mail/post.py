"""Posting an e-mail: the row first, in the transaction of the act it tells of; then the sender is hurried."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from khaithue.portal.mail.models import Mail, MailFile
from khaithue.portal.mail.tasks import send_mail


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
        name=name,
        recipient=recipient,
        subject=subject,
        body=render_to_string(template, {"site": settings.SITE, **facts}),
        is_secret=is_secret,
        made_at=at,
        due_at=at,
        sent_at=at if recipient.endswith(".invalid") else None,
    )
    MailFile.objects.bulk_create(MailFile(mail=mail, **asdict(file)) for file in files)
    transaction.on_commit(lambda: send_mail.enqueue(mail.pk), robust=True)
    return mail
