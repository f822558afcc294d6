"""The words a notice says about a filing: its kind, its period, its time."""

from django.utils import timezone

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.filing.models import Filing
from khaithue.returns.findings import Text


def kind_words(filing: Filing) -> Text:
    """``Chính thức`` or ``Bổ sung lần n``, as the authority's notices call them."""
    if filing.kind == "C":
        return Text("Chính thức", "First return")
    return Text(f"Bổ sung lần {filing.supplement_no}", f"Supplement {filing.supplement_no}")


def period_words(filing: Filing) -> str:
    """The tax period of a filing, as ``period_text`` writes it."""
    return period_text(Period.parse(filing.period))


def period_text(period: Period) -> str:
    """A tax period as notices write it: 05/2026, Q1/2026, 2025, 20/05/2026, or from day to day."""
    match period.kind:
        case PeriodKind.MONTH:
            return f"{period.start:%m/%Y}"
        case PeriodKind.QUARTER:
            return f"Q{(period.start.month + 2) // 3}/{period.start.year}"
        case PeriodKind.HALF_YEAR:
            return f"H{(period.start.month + 5) // 6}/{period.start.year}"
        case PeriodKind.YEAR:
            return f"{period.start.year}"
        case PeriodKind.OCCURRENCE:
            return f"{period.start:%d/%m/%Y}"
    return f"{period.start:%d/%m/%Y} – {period.end:%d/%m/%Y}"


def received_words(filing: Filing) -> str:
    """The moment of receipt in Viet Nam to the second: dd/mm/yyyy hh:mm:ss."""
    return f"{timezone.localtime(filing.received_at):%d/%m/%Y %H:%M:%S}"
