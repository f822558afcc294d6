"""Tax periods as findings about registration write them."""

from khaithue.obligations.period import Period, PeriodKind
from khaithue.returns.findings import Text


def period_text(period: Period | str) -> Text:
    """``tháng 05/2026``, ``month 05/2026``; the spelling of the page that asks for it, after its kind.

    >>> period_text("2026-Q2").vi
    'quý Q2/2026'
    """
    found = period if isinstance(period, Period) else Period.parse(period)
    start = found.start
    match found.kind:
        case PeriodKind.MONTH:
            return Text(f"tháng {start:%m/%Y}", f"month {start:%m/%Y}")
        case PeriodKind.QUARTER:
            spelt = f"Q{(start.month + 2) // 3}/{start.year}"
            return Text(f"quý {spelt}", f"quarter {spelt}")
        case PeriodKind.HALF_YEAR:
            spelt = f"H{(start.month + 5) // 6}/{start.year}"
            return Text(f"nửa năm {spelt}", f"half-year {spelt}")
        case PeriodKind.YEAR:
            return Text(f"năm {start.year}", f"year {start.year}")
        case PeriodKind.OCCURRENCE:
            return Text(f"ngày {start:%d/%m/%Y}", f"day {start:%d/%m/%Y}")
    days = f"{start:%d/%m/%Y}–{found.end:%d/%m/%Y}"
    return Text(days, days)
