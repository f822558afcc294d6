"""A return about to be filed: who files, what was verified and read, and when it came."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.filing.models import Filing, FilingQuerySet
from khaithue.returns.model import Return

ACTIVITY = "hoat_dong_ma"
"""The box that tells apart the returns a taxpayer files for several activities of one period."""


@dataclass(frozen=True)
class Submission:
    """One verified return on its way in. ``received_at`` is to the second."""

    taxpayer: Taxpayer
    return_: Return
    received_at: datetime

    @property
    def day(self) -> date:
        """The day of receipt in Viet Nam."""
        return timezone.localdate(self.received_at)

    @property
    def kind(self) -> str:
        """C for a first return, B for a supplementary one."""
        return self.return_.header.get("loaiTKhai", "")

    @property
    def supplement_no(self) -> int:
        """Number of the supplement, 0 for a first return."""
        number = self.return_.header.get("soLan", "")
        return int(number) if self.kind == "B" and number.isdecimal() else 0

    @property
    def activity(self) -> str:
        """Code of the activity the return is for; empty for forms without one."""
        return str(self.return_.values.get(ACTIVITY) or "")

    def same_form(self) -> FilingQuerySet:
        """Filings of this form and activity that stand, of any period."""
        return Filing.objects.standing().filter(
            taxpayer=self.taxpayer, form_code=self.return_.form.code, activity=self.activity
        )

    def same_period(self) -> FilingQuerySet:
        """Filings of this form, activity and period that stand, first and supplementary."""
        return self.same_form().filter(period=str(self.return_.period))
