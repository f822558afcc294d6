"""E-mails of notices. The notice row says whether one is owed; a lease prevents sending twice at once."""

import logging
import smtplib
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from khaithue.portal.audit.trail import append
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.words import kind_words, period_words, received_words

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


def reception_message(notice: Notice) -> EmailMessage:
    """The e-mail of a reception notice, in Vietnamese and English, the signed notice attached."""
    filing = notice.filing
    facts = {
        "filing": filing,
        "period": period_words(filing),
        "kind": kind_words(filing),
        "received": received_words(filing),
    }
    code = filing.transaction_code
    message = EmailMessage(
        subject=f"Thông báo tiếp nhận tờ khai {filing.form_code} kỳ {period_words(filing)} – {code}",
        body=render_to_string("notices/reception.txt", facts),
        to=[_recipient(notice)],
        headers={"Message-ID": f"<{code}.{notice.kind}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"},
    )
    message.attach(f"{code}-{notice.kind}.xml", bytes(notice.xml), "application/xml")
    return message


def send_notice(notice_id: int, *, now: datetime | None = None) -> Sent:
    """Send the e-mail of one notice unless it has gone out or another sender holds it.

    The lease is taken and given back in transactions of their own, so no lock is held while the mail
    server talks. The Message-ID is the notice's own: should the process die between the server's yes and
    our note of it, the second copy is recognisably the same message.
    """
    now = now or timezone.now()
    owed = Notice.objects.filter(pk=notice_id, mailed_at__isnull=True, mail_due_at__lte=now)
    if not owed.update(mail_due_at=now + LEASE):
        return Sent.NOT_DUE
    notice = Notice.objects.select_related("filing__taxpayer", "filing__filed_by").get(pk=notice_id)
    try:
        _deliver(reception_message(notice))
    except OSError as error:
        return _failed(notice, now, error)
    _sent(notice)
    return Sent.SENT


def send_pending(*, now: datetime | None = None) -> int:
    """Send every e-mail that is owed and due, oldest first, until no server is there; how many went out."""
    now = now or timezone.now()
    due = Notice.objects.filter(mailed_at__isnull=True, mail_due_at__lte=now).order_by("mail_due_at")
    count = 0
    for notice_id in list(due.values_list("pk", flat=True)):
        outcome = send_notice(notice_id, now=now)
        if outcome is Sent.UNREACHABLE:
            break
        count += outcome is Sent.SENT
    return count


def _deliver(message: EmailMessage) -> None:
    if not message.send():
        raise smtplib.SMTPRecipientsRefused({})


def _recipient(notice: Notice) -> str:
    filer = notice.filing.filed_by
    return notice.filing.taxpayer.email or (filer.email if filer else "")


def _sent(notice: Notice) -> None:
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())
        append(actor="system", action="notices.mail", subject=notice.number, detail={})


def _failed(notice: Notice, now: datetime, error: OSError) -> Sent:
    wait = min(timedelta(minutes=2 ** min(notice.mail_failures, 10)), LONGEST_WAIT)
    Notice.objects.filter(pk=notice.pk).update(mail_due_at=now + wait, mail_failures=notice.mail_failures + 1)
    logger.warning("notice %s not mailed, next try in %s: %s", notice.number, wait, type(error).__name__)
    refused = isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)
    return Sent.REFUSED if refused else Sent.UNREACHABLE
