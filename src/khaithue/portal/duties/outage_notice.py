"""The office's signed notice of an outage, and of its end: form 02/TB-TĐT, for everybody."""

from datetime import datetime

from django.utils import timezone

from khaithue.obligations.outage import moved
from khaithue.portal.accounts.models import Officer
from khaithue.portal.duties.due_date import days_down, down_of
from khaithue.portal.duties.models import Outage
from khaithue.portal.era import era_on
from khaithue.portal.filing.serial import next_transaction_code
from khaithue.portal.notices.issue import Addressee, filled, issue
from khaithue.portal.notices.models import Notice
from khaithue.returns.model import Value

EVERYBODY = "Người nộp thuế"
SERVICE = "Tiếp nhận hồ sơ thuế điện tử"


def issue_outage(outage: Outage, officer: Officer, at: datetime) -> Notice | None:
    """Make and store the notice; call it inside the transaction that enters the outage or its end.

    ``None`` where the era has no such form, or no law moves a due date for an outage of that day. Raises as
    ``issue`` and ``filled`` do, so that nothing is announced without its notice.
    """
    day = timezone.localdate(at)
    form_code, values = era_on(day).outage.answer, _values(outage, at)
    if not form_code or values is None:
        return None
    to = Addressee("", EVERYBODY, officer.office_code, officer.office_name, "")
    number = f"{next_transaction_code(at)}/TB-TĐT"
    title = "Thông báo hệ thống hoạt động trở lại" if outage.ended_at else "Thông báo sự cố hệ thống"
    return issue(
        notice=filled(form_code, to=to, number=number, day=day, values=values),
        kind=Notice.Kind.OUTAGE,
        title=title,
        to=to,
        at=at,
        letter=None,
        outage=outage,
    )


def _values(outage: Outage, at: datetime) -> dict[str, Value] | None:
    told: dict[str, Value] = {
        "su_co": outage.reason,
        "bat_dau": _moment(outage.began_at),
        "dich_vu": SERVICE,
    }
    if outage.ended_at is None:
        return told
    today = timezone.localdate(at)
    move = moved(down_of(outage, today).last, days_down(today))
    if move is None:
        return None
    return {
        **told,
        "ket_thuc": _moment(outage.ended_at),
        "ngay_tro_lai": timezone.localdate(outage.ended_at).isoformat(),
        "han": move.due.isoformat(),
    }


def _moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
