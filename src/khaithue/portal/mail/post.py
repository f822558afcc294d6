"""Posting an e-mail: the row first, in the transaction of the act it tells of; then the sender is hurried."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string

from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.tasks import send_mail


def post(
    *,
    name: str,
    recipient: str,
    subject: str,
    template: str,
    facts: dict[str, Any],
    at: datetime,
    attachment: tuple[str, bytes] | None = None,
    is_secret: bool = False,
) -> Mail:
    """Owe an e-mail from now on; call it inside the transaction of the act.

    ``name`` is unique and has no personal data; ``template`` is a text template rendered with ``facts``;
    ``attachment`` is its file name and its bytes.
    """
    file_name, data = attachment or ("", None)
    mail = Mail.objects.create(
        name=name,
        recipient=recipient,
        subject=subject,
        body=render_to_string(template, facts),
        is_secret=is_secret,
        attachment_name=file_name,
        attachment=data,
        made_at=at,
        due_at=at,
    )
    transaction.on_commit(lambda: send_mail.enqueue(mail.pk), robust=True)
    return mail
