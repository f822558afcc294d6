"""Tax periods: a month, a quarter, half a year, a year, one occurrence, or a range of days."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodKind(StrEnum):
    """The kinds of tax period a form may be filed for."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    OCCURRENCE = "occurrence"
    RANGE = "range"


@dataclass(frozen=True)
class Period:
    """A tax period from its first to its last day, both counted.

    >>> str(Period.parse("2026-Q1"))
    '2026-Q1'
    >>> Period.parse("2026-05").end
    datetime.date(2026, 5, 31)
    """

    kind: PeriodKind
    start: date
    end: date

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """The calendar month."""
        return cls(PeriodKind.MONTH, date(year, month, 1), _month_end(year, month))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> "Period":
        """The calendar quarter, 1 to 4."""
        if not 1 <= quarter <= 4:
            raise ValueError(f"a year has quarters 1 to 4, not {quarter}")
        return cls(PeriodKind.QUARTER, date(year, 3 * quarter - 2, 1), _month_end(year, 3 * quarter))

    @classmethod
    def half_year(cls, year: int, half: int) -> "Period":
        """The first (1) or the second (2) six months of the year."""
        if half not in (1, 2):
            raise ValueError(f"a year has halves 1 and 2, not {half}")
        return cls(PeriodKind.HALF_YEAR, date(year, 6 * half - 5, 1), _month_end(year, 6 * half))

    @classmethod
    def year(cls, year: int) -> "Period":
        """The calendar year."""
        return cls(PeriodKind.YEAR, date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def around(cls, kind: PeriodKind, day: date) -> "Period":
        """The period of a kind that holds the day; ``ValueError`` for a range."""
        match kind:
            case PeriodKind.MONTH:
                return cls.month(day.year, day.month)
            case PeriodKind.QUARTER:
                return cls.quarter(day.year, (day.month + 2) // 3)
            case PeriodKind.HALF_YEAR:
                return cls.half_year(day.year, (day.month + 5) // 6)
            case PeriodKind.YEAR:
                return cls.year(day.year)
            case PeriodKind.OCCURRENCE:
                return cls(kind, day, day)
        raise ValueError("a day does not tell the ends of a range")

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read ``2026-05``, ``2026-Q1``, ``2026-H1``, ``2025``, ``2026-05-20`` or ``2026-01-01..2026-06-30``.

        Raises ``ValueError`` for anything else.
        """
        if match := re.fullmatch(r"([0-9]{4})-[Mm]?([0-9]{2})", text):
            return cls.month(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"([0-9]{4})-[Qq]([1-4])", text):
            return cls.quarter(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"([0-9]{4})-[Hh]([12])", text):
            return cls.half_year(int(match[1]), int(match[2]))
        if re.fullmatch(r"[0-9]{4}", text):
            return cls.year(int(text))
        first, dots, last = text.partition("..")
        start = _day(first)
        if not dots:
            return cls(PeriodKind.OCCURRENCE, start, start)
        end = _day(last)
        if end < start:
            raise ValueError(f"the period {text} ends before it starts")
        return cls(PeriodKind.RANGE, start, end)

    def previous(self) -> "Period":
        """The period of the same kind just before; ``ValueError`` for an occurrence or a range."""
        self._refuse_lone()
        return Period.around(self.kind, self.start - timedelta(days=1))

    def next(self) -> "Period":
        """The period of the same kind just after; ``ValueError`` for an occurrence or a range."""
        self._refuse_lone()
        return Period.around(self.kind, self.end + timedelta(days=1))

    def _refuse_lone(self) -> None:
        if self.kind in (PeriodKind.OCCURRENCE, PeriodKind.RANGE):
            raise ValueError(f"a period of kind {self.kind} has none before or after it")

    def __str__(self) -> str:
        match self.kind:
            case PeriodKind.MONTH:
                return f"{self.start.year:04}-{self.start.month:02}"
            case PeriodKind.QUARTER:
                return f"{self.start.year:04}-Q{(self.start.month + 2) // 3}"
            case PeriodKind.HALF_YEAR:
                return f"{self.start.year:04}-H{(self.start.month + 5) // 6}"
            case PeriodKind.YEAR:
                return f"{self.start.year:04}"
            case PeriodKind.OCCURRENCE:
                return self.start.isoformat()
        return f"{self.start.isoformat()}..{self.end.isoformat()}"


def _day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"{text!r} is not a tax period")
    return date.fromisoformat(text)


def _month_end(year: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError(f"a year has months 1 to 12, not {month}")
    return date(year, month, calendar.monthrange(year, month)[1])
