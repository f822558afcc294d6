"""Everything that happened to one filing, and the filings before and after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from khaithue.obligations.due import ObligationError
from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.duties.due_date import due_date
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.mail.models import Mail
from khaithue.portal.notices.models import Notice


@dataclass(frozen=True)
class Event:
    """One line of a filing's history; ``filing`` and ``notice`` are what it leads to."""

    at: datetime
    text: str
    look: str = ""
    note: str = ""
    filing: Filing | None = None
    notice: Notice | None = None


def events(found: Filing) -> list[Event]:
    """The history, oldest first."""
    lines = [*_lineage(found), *_notices(found), *_decision(found), *_replacement(found)]
    return sorted(lines, key=lambda event: event.at)


def _lineage(found: Filing) -> Iterator[Event]:
    if found.again:
        first = found.first_received_at or found.again.received_at
        yield Event(first, _("Lần nộp trước, không được chấp nhận"), "late", filing=found.again)
    yield from _confirmed(found)
    yield Event(found.received_at, _("Hệ thống nhận tờ khai"), note=found.transaction_code)
    for later in Filing.objects.filter(again=found).defer("body"):
        yield Event(later.received_at, _("Nộp lại sau khi không được chấp nhận"), filing=later)


def _confirmed(found: Filing) -> Iterator[Event]:
    if said := found.confirmed:
        sent = datetime.fromisoformat(said["sent_at"])
        yield Event(sent, _("Gửi mã xác nhận cho tệp này"), note=said["sent_to"])
        by = _("tài khoản %s") % said["account"]
        yield Event(datetime.fromisoformat(said["at"]), _("Xác nhận tờ khai bằng mã"), "good", note=by)


def _notices(found: Filing) -> Iterator[Event]:
    for notice in found.notices.select_related("mail").order_by("created_at"):
        yield Event(notice.created_at, notice.title, notice=notice)
        if notice.mail:
            yield _mailed(notice.mail)


def _mailed(mail: Mail) -> Event:
    if mail.sent_at:
        return Event(mail.sent_at, _("Đã gửi thông báo qua thư điện tử"), note=mail.recipient)
    if mail.failures:
        return Event(
            mail.due_at, _("Chưa gửi được thư điện tử, sẽ gửi lại lúc này"), "soon", note=mail.recipient
        )
    return Event(mail.made_at, _("Thư điện tử đang chờ gửi"), note=mail.recipient)


def _decision(found: Filing) -> Iterator[Event]:
    if found.decided_at is None:
        return
    if found.state == Filing.State.REFUSED:
        yield Event(found.decided_at, _("Cơ quan thuế không chấp nhận hồ sơ"), "late", note=_reasons(found))
    else:
        yield Event(found.decided_at, _("Cơ quan thuế chấp nhận hồ sơ"), "good")


def _reasons(found: Filing) -> str:
    said = (reason.get("error") or reason.get("note") or "" for reason in found.reasons)
    return "; ".join(text for text in said if text)


def _replacement(found: Filing) -> Iterator[Event]:
    if found.kind != "C" or found.period_kind == PeriodKind.OCCURRENCE:
        return
    firsts = same_place(found).filter(kind="C").exclude(state=Filing.State.REFUSED).exclude(pk=found.pk)
    later = firsts.filter(pk__gt=found.pk).order_by("pk").first()
    earlier = firsts.filter(pk__lt=found.pk, state=Filing.State.REPLACED).order_by("-pk").first()
    if earlier:
        yield Event(found.received_at, _("Thay thế tờ khai lần đầu nộp trước đó"), filing=earlier)
    if later and found.state == Filing.State.REPLACED:
        yield Event(later.received_at, _("Được thay thế bằng tờ khai nộp lại trước hạn"), filing=later)


def same_place(found: Filing) -> QuerySet[Filing]:
    """All filings of the same return, first and supplements, those that stand and those that do not."""
    return Filing.objects.filter(
        taxpayer_id=found.taxpayer_id,
        form_code=found.form_code,
        activity=found.activity,
        period=found.period,
    ).defer("body")


def paper_before(found: Filing) -> PaperReturn | None:
    """The first return on paper that the filing's supplements follow."""
    return PaperReturn.objects.filter(
        taxpayer_id=found.taxpayer_id,
        form_code=found.form_code,
        activity=found.activity,
        period=found.period,
    ).first()


@dataclass(frozen=True)
class Amending:
    """What may be done about a filing that stands: supplement it, or before its due date replace it."""

    may_supplement: bool = False
    may_replace: bool = False
    due: date | None = None


def amending(found: Filing, today: date) -> Amending:
    """What may be done about a filing on a day.

    A form that takes no supplement still has a box for it; the law decides by the kind of return.
    """
    if found.state not in (Filing.State.RECEIVED, Filing.State.ACCEPTED):
        return Amending()
    last = _due(found)
    supplemented = same_place(found).filter(kind="B", state__in=("received", "accepted")).exists()
    once = found.period_kind != PeriodKind.OCCURRENCE
    early = last is not None and today <= last and found.kind == "C" and not supplemented and once
    return Amending(may_supplement=True, may_replace=early, due=last)


def _due(found: Filing) -> date | None:
    try:
        return due_date(found.form_code, Period.parse(found.period)).due
    except ObligationError:
        return None
