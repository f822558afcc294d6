"""Whether a period may still be supplemented."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from khaithue import law
from khaithue.obligations.due import ObligationError
from khaithue.portal.duties.due_date import due_date
from khaithue.portal.filing.submission import Submission
from khaithue.returns.findings import Finding, finding


def supplement_in_time(submission: Submission) -> Iterator[Finding]:
    """A supplement comes within so many years of the due date; ``law/procedures/supplement_time.toml``."""
    rules = _rules(submission.day)
    if submission.kind != "B" or rules is None:
        return
    closed = _years_after(_due(submission), rules["years"]) + timedelta(days=1)
    if submission.day >= closed:
        yield finding(
            "FILE-PERIOD-CLOSED",
            law=rules["law"],
            period=submission.return_.period,
            closed=f"{closed:%d/%m/%Y}",
        )


def _rules(day: date) -> dict[str, Any] | None:
    entries: list[dict[str, Any]] = law.document("procedures/supplement_time.toml")["open"]
    return max((each for each in entries if each["from"] <= day), key=lambda each: each["from"], default=None)


def _due(submission: Submission) -> date:
    """The due date of the return; of a form whose due date is not known, the last day of its period."""
    try:
        return due_date(submission.return_.form.code, submission.return_.period).due
    except ObligationError:
        return submission.return_.period.end


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
