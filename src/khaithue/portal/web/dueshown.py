"""Obligations as the pages show them: marks, words, how a due date was found."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khaithue.obligations.due import deadline_of
from khaithue.obligations.late import Fine, FineKind
from khaithue.obligations.rules import Anchor, Deadline
from khaithue.obligations.working_days import DayOff
from khaithue.portal.duties.obligations import Obligation, State
from khaithue.portal.duties.plan import data
from khaithue.portal.web.shown import say
from khaithue.printing.amounts import accounting
from khaithue.returns.findings import Text


def look_of(owed: Obligation) -> str:
    """The class of the mark beside a due date."""
    soon: int = data()["dashboard"]["soon_days"]
    match owed.state:
        case State.FILED:
            return "good"
        case State.LATE | State.REFUSED:
            return "late"
        case State.DUE if owed.days <= soon:
            return "soon"
        case State.DUE:
            return "draft"
    return "wait"


def state_words(owed: Obligation) -> str:
    """Where the return stands, in a word or two."""
    match owed.state:
        case State.FILED if owed.paper:
            return _("Đã nộp bằng giấy")
        case State.FILED if owed.cost:
            return _("Đã nộp muộn")
        case State.FILED:
            return _("Đã nộp")
        case State.REFUSED:
            return _("Không chấp nhận")
        case State.LATE:
            return _("Quá hạn")
        case State.NOT_DUE:
            return _("Chưa đến kỳ")
    return _("Đang lập") if owed.draft else _("Cần nộp")


def days_words(owed: Obligation) -> str:
    """How many days are left, or how late it is or was; nothing to say once filed in time."""
    if owed.state is State.FILED:
        late = owed.cost.days if owed.cost else 0
        return ngettext("muộn %d ngày", "muộn %d ngày", late) % late if late else ""
    if owed.days < 0:
        return ngettext("quá hạn %d ngày", "quá hạn %d ngày", -owed.days) % -owed.days
    if owed.days == 0:
        return _("hạn hôm nay")
    return ngettext("còn %d ngày", "còn %d ngày", owed.days) % owed.days


def whole_words(owed: Obligation) -> str:
    """Where it stands and how many days that is, in one phrase."""
    if owed.state is State.LATE:
        return days_words(owed)
    days = days_words(owed)
    state = _("Đã nộp") if days and owed.state is State.FILED else state_words(owed)
    return f"{state}, {days}" if days else state


def days_look(owed: Obligation) -> str:
    """The class of the mark with the days: what was filed late is no good news."""
    return "soon" if owed.state is State.FILED and owed.cost else look_of(owed)


def fine_words(fine: Fine) -> str:
    """The frame of a fine: a warning, or from so much to so much."""
    if fine.kind is FineKind.WARNING:
        return _("cảnh cáo")
    return f"{accounting(fine.least)} – {accounting(fine.most)} đ"


@dataclass(frozen=True)
class Count:
    """One step of finding a due date: what it says, the day it leads to, its law."""

    said: str
    day: date
    law: str = ""


def counted(owed: Obligation) -> list[Count]:
    """How the due date was found, step by step: rule, days off, outages."""
    by_law = owed.when.by_law
    deadline = deadline_of(owed.form_code, owed.period)
    found = [Count(_rule(deadline), by_law.nominal, deadline.law)]
    if by_law.moved_because:
        said = _("Không phải ngày làm việc: %s. Lùi đến ngày làm việc liền kề sau.") % _days(
            by_law.moved_because
        )
        found.append(Count(said, by_law.due, deadline.rolling_law))
    if move := owed.when.move:
        said = _(
            "Hệ thống gặp sự cố trong ngày cuối cùng; hạn lùi đến ngày tiếp theo ngày hoạt động trở lại."
        )
        if move.moved_because:
            said = f"{said} {_('Bỏ qua ngày nghỉ: %s.') % _days(move.moved_because)}"
        found.append(Count(said, move.due, move.law))
    return found


def _days(days: tuple[DayOff, ...]) -> str:
    return ", ".join(f"{off.day:%d/%m/%Y} ({say(Text(off.vi, off.en))})" for off in days)


def _rule(deadline: Deadline) -> str:
    if deadline.on is not None:
        return _("Ngày do văn bản ấn định riêng.")
    anchor = {
        Anchor.END: _("ngày kết thúc kỳ tính thuế"),
        Anchor.START: _("ngày bắt đầu kỳ tính thuế"),
        Anchor.EVENT: _("ngày phát sinh"),
        Anchor.EVENT_QUARTER: _("ngày kết thúc quý phát sinh"),
        Anchor.DECISION: _("ngày có quyết định"),
    }[deadline.anchor]
    facts = {"days": deadline.days, "day": deadline.day, "months": deadline.month, "anchor": anchor}
    if deadline.days is not None:
        return _("%(days)s ngày kể từ %(anchor)s.") % facts
    if deadline.month == 1:
        said = _("Ngày %(day)s của tháng tiếp theo %(anchor)s.")
        last = _("Ngày cuối cùng của tháng tiếp theo %(anchor)s.")
    else:
        said = _("Ngày %(day)s của tháng thứ %(months)s sau %(anchor)s.")
        last = _("Ngày cuối cùng của tháng thứ %(months)s sau %(anchor)s.")
    return (said if deadline.day else last) % facts
