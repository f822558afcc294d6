"""``khaithue due``: by when a form must be filed."""

from typing import TYPE_CHECKING, Any

from khaithue.cli.answer import Answer, refused, unusable
from khaithue.cli.inputs import date_of, period_of
from khaithue.cli.program import argument, command, option
from khaithue.cli.voice import say
from khaithue.returns.findings import Finding, Text, finding

if TYPE_CHECKING:
    from khaithue.cli.screen import Screen
    from khaithue.obligations.due import DueDate
    from khaithue.obligations.period import Period

DUE = Text("Hạn nộp", "Due date")
NOMINAL = Text("Ngày theo luật", "Day of the law")
MOVED = Text("Lùi vì", "Moved past")
LAW = Text("Căn cứ", "Law")
PERIOD = Text("Kỳ tính thuế", "Tax period")
CONFIDENCE = Text("Độ tin cậy", "Confidence")
CONFIDENCES = {
    "high": Text("cao", "high"),
    "medium": Text("trung bình", "medium"),
    "low": Text("thấp", "low"),
}


@command(
    argument("code", "Mẫu tờ khai, ví dụ 01/GTGT.", "The form, such as 01/GTGT."),
    argument(
        "period",
        "Kỳ tính thuế: 2026-05, 2026-Q1, 2026-H1, 2025, 2026-05-20 hoặc 2026-01-01..2026-06-30.",
        "The tax period: 2026-05, 2026-Q1, 2026-H1, 2025, 2026-05-20 or 2026-01-01..2026-06-30.",
    ),
    option(
        "--event",
        "Ngày phát sinh nghĩa vụ, khi hạn nộp tính từ ngày đó.",
        "The day of the event, when the deadline counts from it.",
        metavar="DATE",
    ),
    text=Text(
        "Cho biết hạn nộp hồ sơ khai thuế, đã lùi qua ngày nghỉ.",
        "Tell when a return is due, moved past the days off.",
    ),
    answers=(
        "`code`, `period`, `due`, `nominal` (the day by the law's words), `law`, `era`, `moved_because` "
        "(days off passed, "
        "each `day` and `reason` in both languages), `provisional` (the calendar may still move it), "
        "`confidence`."
    ),
)
def due(code: str, period: str, event: str | None) -> Answer:
    """When the return is due."""
    asked = period_of(period)
    known = _known(code)
    found = due_of(known, asked, event)
    return Answer(_json(known, asked, found), _provisional(found), lambda screen: _show(asked, found, screen))


def _known(code: str) -> str:
    """The code as the law writes it, whatever its capitals; one it does not have stays as it is."""
    from khaithue.obligations.due import form_codes, undated_codes

    written = {known.casefold(): known for known in (*form_codes(), *undated_codes())}
    return written.get(code.casefold(), code.upper())


def due_of(code: str, period: "Period", event: str | None) -> "DueDate":
    """When a form is due; ``event`` is an ISO date. What has no deadline is refused with its code."""
    from khaithue.obligations import due as obligations

    day = date_of(event) if event else None
    try:
        return obligations.due(code, period, day)
    except obligations.ObligationError as error:
        raise unusable(finding(error.code, law=error.law, **error.params)) from error
    except (ValueError, OverflowError) as error:
        raise refused("CLI-PERIOD", period=str(period)) from error


def _provisional(found: "DueDate") -> tuple[Finding, ...]:
    return (finding("CLI-DUE-PROVISIONAL", year=found.due.year),) if found.provisional else ()


def _json(code: str, period: "Period", found: "DueDate") -> dict[str, Any]:
    return {
        "code": code,
        "period": str(period),
        "due": found.due.isoformat(),
        "nominal": found.nominal.isoformat(),
        "law": found.law,
        "era": found.era,
        "moved_because": [
            {"day": off.day.isoformat(), "reason": {"vi": off.vi, "en": off.en}}
            for off in found.moved_because
        ],
        "provisional": found.provisional,
        "confidence": found.confidence.value,
    }


def _show(period: "Period", found: "DueDate", screen: "Screen") -> None:
    """The date first and alone, in ISO form, then how it came about."""
    screen.heading(found.due.isoformat())
    moved = [f"{off.day.isoformat()} {say(Text(off.vi, off.en))}" for off in found.moved_because]
    screen.facts(
        [
            (say(PERIOD), str(period)),
            (say(NOMINAL), found.nominal.isoformat()),
            *([(say(MOVED), "\n".join(moved))] if moved else []),
            (say(LAW), found.law),
            (say(CONFIDENCE), say(CONFIDENCES[found.confidence.value])),
        ]
    )
