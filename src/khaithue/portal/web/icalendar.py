"""Due dates as iCalendar (RFC 5545): one all-day event a return, which no time zone can shift."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.links import duty_link
from khaithue.portal.duties.obligations import Obligation, State
from khaithue.portal.duties.words import period_text

_OCTETS: Final = 75
_DAY: Final = timedelta(days=1)


def calendar_file(taxpayer: Taxpayer, owed: Sequence[Obligation], made_at: datetime, language: str) -> bytes:
    """The calendar of a taxpayer's returns, each on its due date, in ``vi`` or ``en``."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//khaithue//khaithue//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(_('Hạn nộp tờ khai – %s') % taxpayer.name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        *(line for each in owed for line in _event(taxpayer, each, made_at, language)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(taxpayer: Taxpayer, owed: Obligation, made_at: datetime, language: str) -> Iterator[str]:
    name = f"{owed.form_code}/{owed.period}/{taxpayer.mst}".replace("/", "-")
    words = period_text(owed.period)
    period = words.en if language == "en" else words.vi
    mark = "✓ " if owed.state is State.FILED else ""
    yield "BEGIN:VEVENT"
    yield f"UID:{name}@khaithue"
    yield f"DTSTAMP:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{owed.due:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{owed.due + _DAY:%Y%m%d}"
    yield f"SUMMARY:{_text(f'{mark}{owed.form_code} – {period} – {taxpayer.mst}')}"
    yield f"DESCRIPTION:{_text(_description(taxpayer, owed))}"
    yield f"URL:{duty_link(taxpayer, owed.form_code, owed.period)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _description(taxpayer: Taxpayer, owed: Obligation) -> str:
    said = {
        State.FILED: _("Đã nộp."),
        State.REFUSED: _("Cơ quan thuế không chấp nhận, cần nộp lại."),
        State.LATE: _("Đã quá hạn, chưa nộp."),
    }.get(owed.state, _("Chưa nộp."))
    return f"{owed.title}\n{taxpayer.name}\n{said}\n{owed.when.law}"


def _text(value: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line break escaped, no other control character."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(char for char in escaped if char >= " ")


def _folded(line: str) -> bytes:
    """A content line in octets, folded so that none is longer than 75, never inside a character."""
    parts, part = list[bytes](), b""
    for char in line:
        octets = char.encode()
        if len(part) + len(octets) > _OCTETS - bool(parts):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
