"""Sending e-mails. The row says whether one is owed; a lease prevents sending twice at once."""

import logging
import smtplib
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from khaithue.portal.audit.trail import append
from khaithue.portal.mail.models import Mail

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""How long one sender may take; after a crash in the middle the next one tries again."""

LONGEST_WAIT = timedelta(hours=6)


class Sent(Enum):
    """What became of one e-mail."""

    SENT = "sent"
    NOT_DUE = "already sent, or another sender is at it"
    REFUSED = "the mail server refused this message"
    UNREACHABLE = "the mail server could not be reached"


def message(mail: Mail) -> EmailMessage:
    """The e-mail as it goes out."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    written = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.recipient],
        headers={"Message-ID": f"<{mail.name}@{domain}>"},
    )
    for file in (mail.files_of or mail).files.all():
        written.attach(file.name, bytes(file.data), file.media_type)
    return written


def send(mail_id: int, *, now: datetime | None = None) -> Sent:
    """Send one e-mail unless it has gone out or another sender holds it.

    The lease is taken and given back in transactions of their own, so no lock is held while the mail
    server talks. The Message-ID is the e-mail's own: should the process die between the server's yes and
    our note of it, the second copy is recognisably the same message.
    """
    now = now or timezone.now()
    owed = Mail.objects.filter(pk=mail_id, sent_at__isnull=True, due_at__lte=now)
    if not owed.update(due_at=now + LEASE):
        return Sent.NOT_DUE
    mail = Mail.objects.get(pk=mail_id)
    try:
        _deliver(message(mail))
    except OSError as error:
        return _failed(mail, now, error)
    _sent(mail)
    return Sent.SENT


def send_pending(*, now: datetime | None = None) -> int:
    """Send every e-mail that is owed and due, oldest first, until no server is there; how many went out."""
    now = now or timezone.now()
    due = Mail.objects.filter(sent_at__isnull=True, due_at__lte=now).order_by("due_at")
    count = 0
    for mail_id in list(due.values_list("pk", flat=True)):
        outcome = send(mail_id, now=now)
        if outcome is Sent.UNREACHABLE:
            break
        count += outcome is Sent.SENT
    return count


def _deliver(written: EmailMessage) -> None:
    if not written.send():
        raise smtplib.SMTPRecipientsRefused({})


def _sent(mail: Mail) -> None:
    with transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
        if mail.is_secret:
            Mail.objects.filter(pk=mail.pk).update(body="")
        append(actor="system", action="mail.send", subject=mail.name, detail={})


def _failed(mail: Mail, now: datetime, error: OSError) -> Sent:
    wait = min(timedelta(minutes=2 ** min(mail.failures, 10)), LONGEST_WAIT)
    Mail.objects.filter(pk=mail.pk).update(due_at=now + wait, failures=mail.failures + 1)
    logger.warning("mail %s not sent, next try in %s: %s", mail.name, wait, type(error).__name__)
    refused = isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)
    return Sent.REFUSED if refused else Sent.UNREACHABLE
