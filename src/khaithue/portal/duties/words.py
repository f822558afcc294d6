"""What the e-mails about due dates say, in both languages whoever reads them."""

from dataclasses import dataclass
from datetime import date

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.links import duty_link
from khaithue.portal.duties.obligations import Obligation, State
from khaithue.returns.findings import Text


@dataclass(frozen=True)
class ReturnWords:
    """One return in an e-mail."""

    form_code: str
    title: str
    period: Text
    refused: bool
    begun: bool
    link: str


def form_words(taxpayer: Taxpayer, owed: Obligation) -> ReturnWords:
    """The return as an e-mail names it."""
    return ReturnWords(
        form_code=owed.form_code,
        title=owed.title,
        period=period_text(owed.period),
        refused=owed.state is State.REFUSED,
        begun=owed.draft is not None,
        link=duty_link(taxpayer, owed.form_code, owed.period),
    )


def subject_of(taxpayer: Taxpayer, due: date, count: int, *, late: bool) -> str:
    """``Hạn nộp 20/11/2026: 2 tờ khai – Due 20/11/2026: 2 returns (0319900012)``."""
    day = f"{due:%d/%m/%Y}"
    vi, en = (f"Quá hạn {day}", f"Overdue since {day}") if late else (f"Hạn nộp {day}", f"Due {day}")
    return f"{vi}: {count} tờ khai – {en}: {count} {'return' if count == 1 else 'returns'} ({taxpayer.mst})"


def period_text(period: Period) -> Text:
    """A period of a regular duty for people: ``tháng 05/2026``."""
    start, year = period.start, period.start.year
    match period.kind:
        case PeriodKind.MONTH:
            return Text(f"tháng {start:%m/%Y}", f"month {start:%m/%Y}")
        case PeriodKind.QUARTER:
            quarter = (start.month + 2) // 3
            return Text(f"quý {quarter}/{year}", f"quarter {quarter}/{year}")
        case PeriodKind.HALF_YEAR if start.month == 1:
            return Text(f"6 tháng đầu năm {year}", f"first half of {year}")
        case PeriodKind.HALF_YEAR:
            return Text(f"6 tháng cuối năm {year}", f"second half of {year}")
        case PeriodKind.YEAR:
            return Text(f"năm {year}", f"year {year}")
    return Text(f"{start:%d/%m/%Y} – {period.end:%d/%m/%Y}", f"{start:%d/%m/%Y} – {period.end:%d/%m/%Y}")
