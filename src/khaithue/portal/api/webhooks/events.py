"""What a webhook may be told of, and owing it to those who asked: rows, in the act's own transaction."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.api.models import Delivery, Webhook
from khaithue.portal.duties.models import Reminder
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.models import Notice
from khaithue.returns.findings import Text


class Event(StrEnum):
    """One kind of news."""

    FILING_RECEIVED = "filing.received"
    FILING_ACCEPTED = "filing.accepted"
    FILING_REFUSED = "filing.refused"
    NOTICE_ISSUED = "notice.issued"
    DUTY_DUE = "duty.due"


MEANINGS: dict[Event, Text] = {
    Event.FILING_RECEIVED: Text("Tờ khai đã được tiếp nhận", "A return was received"),
    Event.FILING_ACCEPTED: Text("Cơ quan thuế chấp nhận tờ khai", "The office accepted a return"),
    Event.FILING_REFUSED: Text("Cơ quan thuế không chấp nhận tờ khai", "The office refused a return"),
    Event.NOTICE_ISSUED: Text("Có thông báo mới của cơ quan thuế", "The office issued a notice"),
    Event.DUTY_DUE: Text("Sắp đến hạn nộp", "A return is due soon"),
}
"""What each event tells, for people."""

OF_NOTICES = {
    Notice.Kind.RECEPTION: Event.FILING_RECEIVED,
    Notice.Kind.ACCEPTANCE: Event.FILING_ACCEPTED,
    Notice.Kind.REFUSAL: Event.FILING_REFUSED,
}
"""The kind of notice that tells each event of a filing."""


def tell(taxpayer: Taxpayer, event: Event, facts: dict[str, Any]) -> None:
    """Owe the event to every webhook of the taxpayer that asked; call it inside the act's transaction."""
    now = timezone.now()
    asked = [
        each
        for each in Webhook.objects.filter(taxpayer=taxpayer, ended_at__isnull=True)
        if event in each.events
    ]
    Delivery.objects.bulk_create(
        Delivery(webhook=each, event=event, payload={"mst": taxpayer.mst, **facts}, made_at=now, due_at=now)
        for each in asked
    )


def tell_of_notice(sender: type[Notice], instance: Notice, created: bool, **_rest: Any) -> None:  # noqa: ARG001  # Django calls with it
    """Tell of a notice just stored, and of what it says became of a filing."""
    if not created or instance.taxpayer is None:
        return
    filing = instance.filing
    about = (
        {"transaction_code": filing.transaction_code, "form": filing.form_code, "period": filing.period}
        if filing
        else {}
    )
    facts = {"notice": instance.number, "notice_kind": instance.kind, **about}
    for event in _said(instance):
        tell(instance.taxpayer, event, facts)


def _said(notice: Notice) -> Iterator[Event]:
    """What a notice says, in order; in an era of one notice the reception is the acceptance too."""
    kind = Notice.Kind(notice.kind)
    if notice.filing and kind in OF_NOTICES:
        yield OF_NOTICES[kind]
        if kind is Notice.Kind.RECEPTION and notice.filing.state == Filing.State.ACCEPTED:
            yield Event.FILING_ACCEPTED
    yield Event.NOTICE_ISSUED


def tell_of_reminder(sender: type[Reminder], instance: Reminder, created: bool, **_rest: Any) -> None:  # noqa: ARG001  # Django calls with it
    """Tell of a duty that its taxpayer has just been reminded of."""
    if created:
        facts = {"form": instance.form_code, "period": instance.period, "due": instance.due.isoformat()}
        tell(instance.taxpayer, Event.DUTY_DUE, facts)
