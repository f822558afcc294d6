"""``KyKKhaiThue``, the six elements that name a tax period, to a Period and back."""

import re
from collections.abc import Mapping
from datetime import date

from khaithue import law
from khaithue.obligations.period import Period, PeriodKind
from khaithue.returns.findings import Finding, finding

ELEMENTS = ("kieuKy", "kyKKhai", "kyKKhaiTuNgay", "kyKKhaiDenNgay", "kyKKhaiTuThang", "kyKKhaiDenThang")
"""The elements of the period, in order; all are texts of a return's header."""

PAIRS = (("kyKKhaiTuNgay", "kyKKhaiDenNgay"), ("kyKKhaiTuThang", "kyKKhaiDenThang"))
"""The first and last day of the period, and its first and last month."""

_BY_MONTHS = (PeriodKind.YEAR, PeriodKind.HALF_YEAR)
_MONTHS_OF_YEAR = 12
_YEAR = "([12][0-9]{3})"


def read(header: Mapping[str, str]) -> tuple[Period | None, list[Finding]]:
    """The period the header names, and what is wrong: days or months that disagree with it included."""
    letter = header.get("kieuKy", "")
    kinds = law.document("xml/header.toml")["period_kinds"]
    if letter not in kinds:
        return None, [finding("XML-PERIOD-KIND", value=_short(letter), known=", ".join(kinds))]
    text = header.get("kyKKhai", "")
    try:
        period = _named(PeriodKind(kinds[letter]), text, header)
    except ValueError:
        return None, [finding("XML-PERIOD", kind=letter, value=_short(text))]
    pairs = [
        pair for pair in PAIRS if any(header.get(name) for name in pair) and not _agrees(period, pair, header)
    ]
    return period, [_disagrees(pair, header) for pair in pairs]


def read_day(header: Mapping[str, str], element: str) -> tuple[Period | None, list[Finding]]:
    """The one day (``yyyy-mm-dd``) that a notice or a registration stands for, and what is wrong with it."""
    try:
        day = date.fromisoformat(header.get(element, ""))
    except ValueError:
        return None, [finding("XML-DAY", element=element)]
    return Period(PeriodKind.OCCURRENCE, day, day), []


def write(period: Period) -> dict[str, str]:
    """The period's elements as the authority's program fills them: months for a (half) year, else days."""
    letters = {kind: letter for letter, kind in law.document("xml/header.toml")["period_kinds"].items()}
    texts = {"kieuKy": letters[period.kind.value], "kyKKhai": _name(period)}
    if period.kind in _BY_MONTHS:
        return {**texts, "kyKKhaiTuThang": _month(period.start), "kyKKhaiDenThang": _month(period.end)}
    return {**texts, "kyKKhaiTuNgay": _day(period.start), "kyKKhaiDenNgay": _day(period.end)}


def _name(period: Period) -> str:
    match period.kind:
        case PeriodKind.MONTH:
            return _month(period.start)
        case PeriodKind.QUARTER:
            return f"{(period.start.month + 2) // 3}/{period.start:%Y}"
        case PeriodKind.YEAR | PeriodKind.HALF_YEAR:
            return f"{period.start:%Y}"
        case PeriodKind.OCCURRENCE:
            return _day(period.start)
    return f"{_day(period.start)}-{_day(period.end)}"


def _named(kind: PeriodKind, text: str, header: Mapping[str, str]) -> Period:
    """The period; ``ValueError`` when the text does not name one of its kind."""
    match kind:
        case PeriodKind.MONTH:
            month, year = _numbers(rf"(0?[1-9]|1[0-2])/{_YEAR}", text)
            return Period.month(year, month)
        case PeriodKind.QUARTER:
            quarter, year = _numbers(rf"0?([1-4])/{_YEAR}", text)
            return Period.quarter(year, quarter)
        case PeriodKind.HALF_YEAR:
            (year,) = _numbers(_YEAR, text)
            return _half_year(year, header)
        case PeriodKind.YEAR:
            (year,) = _numbers(_YEAR, text)
            return Period.year(year)
        case PeriodKind.OCCURRENCE:
            return Period(kind, _read_day(text), _read_day(text))
    if not text:
        raise ValueError("kyKKhai is empty")
    return _range(header)


def _half_year(year: int, header: Mapping[str, str]) -> Period:
    """The half the months tell: the name is only the year's."""
    half = Period.around(PeriodKind.HALF_YEAR, _read_month(header.get("kyKKhaiTuThang", "")).start)
    if half.start.year != year:
        raise ValueError("the months are of another year")
    return half


def _range(header: Mapping[str, str]) -> Period:
    if header.get("kyKKhaiTuNgay"):
        start, end = _read_day(header["kyKKhaiTuNgay"]), _read_day(header.get("kyKKhaiDenNgay", ""))
    else:
        start = _read_month(header.get("kyKKhaiTuThang", "")).start
        end = _read_month(header.get("kyKKhaiDenThang", "")).end
    if end < start:
        raise ValueError("the period ends before it starts")
    return Period(PeriodKind.RANGE, start, end)


def _agrees(period: Period, pair: tuple[str, str], header: Mapping[str, str]) -> bool:
    """Whether two days or months bound the period; of a year also a part, or twelve months from within it."""
    try:
        start, end = (_read_either(header.get(name, "")) for name in pair)
    except ValueError:
        return False
    if period.kind is PeriodKind.YEAR:
        part = start.start.year == period.start.year and start.start <= end.end
        return part and _month_number(end) - _month_number(start) < _MONTHS_OF_YEAR
    spell = _day if pair == PAIRS[0] else _month
    return (start, end) == (_read_either(spell(period.start)), _read_either(spell(period.end)))


def _disagrees(pair: tuple[str, str], header: Mapping[str, str]) -> Finding:
    values = " – ".join(_short(header.get(name, "")) for name in pair)
    return finding(
        "XML-PERIOD-DISAGREES", element=" – ".join(pair), value=values, period=_short(header["kyKKhai"])
    )


def _month_number(period: Period) -> int:
    return period.start.year * 12 + period.start.month


def _read_either(text: str) -> Period:
    """A month, or a day as the occurrence it would be."""
    if text.count("/") == 1:
        return _read_month(text)
    day = _read_day(text)
    return Period(PeriodKind.OCCURRENCE, day, day)


def _numbers(pattern: str, text: str) -> list[int]:
    match = re.fullmatch(pattern, text)
    if not match:
        raise ValueError(text)
    return [int(group) for group in match.groups()]


def _read_day(text: str) -> date:
    day, month, year = _numbers(rf"([0-9]{{2}})/([0-9]{{2}})/{_YEAR}", text)
    return date(year, month, day)


def _read_month(text: str) -> Period:
    month, year = _numbers(rf"(0?[1-9]|1[0-2])/{_YEAR}", text)
    return Period.month(year, month)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _month(day: date) -> str:
    return f"{day:%m/%Y}"


def _short(text: str) -> str:
    return text[:40]
