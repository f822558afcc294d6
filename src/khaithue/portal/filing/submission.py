"""A return about to be filed: who files, what was verified and read, and when it came."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.filing.models import Filing, FilingQuerySet, PaperReturn
from khaithue.returns.kinds import text_of
from khaithue.returns.model import Return
from khaithue.signing.certificates import Signer

LONGEST = 20
"""Most signs the column of the filing holds."""


def activity_of(ret: Return) -> str:
    """What tells a return apart from the taxpayer's others of its form and period; empty when nothing does.

    The values of the form's ``distinct`` boxes, joined, without the blank ones at the end; a digest of them
    when they are too long to keep.
    """
    texts = [_plain(ret, code) for code in ret.form.distinct]
    joined = "|".join(texts).rstrip("|")
    if len(joined) <= LONGEST and not any("|" in text or text.startswith("#") for text in texts):
        return joined
    return "#" + hashlib.sha256("\0".join(texts).encode()).hexdigest()[: LONGEST - 1]


def _plain(ret: Return, code: str) -> str:
    """A value as people mean it: spaces and capitals tell no two places apart."""
    header = ret.form.fields[code].header
    value = ret.header.get(header) if header else ret.values.get(code)
    return " ".join(text_of(value).casefold().split())


@dataclass(frozen=True)
class Submission:
    """One verified return on its way in. ``received_at`` is to the second; ``signer`` is who signed it."""

    taxpayer: Taxpayer
    return_: Return
    received_at: datetime
    signer: Signer | None = None

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
        """What tells the return apart from others of its form and period; see ``activity_of``."""
        return activity_of(self.return_)

    def same_form(self) -> FilingQuerySet:
        """Filings of this form and activity that stand, of any period."""
        return Filing.objects.standing().filter(
            taxpayer=self.taxpayer, form_code=self.return_.form.code, activity=self.activity
        )

    def same_period(self) -> FilingQuerySet:
        """Filings of this form, activity and period that stand, first and supplementary."""
        return self.same_form().filter(period=str(self.return_.period))

    def on_paper(self) -> QuerySet[PaperReturn]:
        """First returns of this form and activity that were filed on paper, of any period."""
        return PaperReturn.objects.filter(
            taxpayer=self.taxpayer, form_code=self.return_.form.code, activity=self.activity
        )
