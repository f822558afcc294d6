"""The return that stands for a period: the last one filed here, else the one filed on paper."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.filing.reading import return_of
from khaithue.returns.codec import decode
from khaithue.returns.model import Return


@dataclass(frozen=True)
class Standing:
    """One return that counts, as filed here or as entered from paper."""

    source: Filing | PaperReturn

    @property
    def return_(self) -> Return:
        """Its figures."""
        if isinstance(self.source, Filing):
            return return_of(self.source)
        return paper_figures(self.source)

    @property
    def supplement_no(self) -> int:
        """0 for a first return."""
        return self.source.supplement_no if isinstance(self.source, Filing) else 0

    @property
    def transaction_code(self) -> str:
        """Empty for paper."""
        return self.source.transaction_code if isinstance(self.source, Filing) else ""

    @property
    def filed_on(self) -> date:
        """The day of filing in Viet Nam."""
        if isinstance(self.source, Filing):
            return timezone.localdate(self.source.received_at)
        return self.source.filed_on


def paper_figures(paper: PaperReturn) -> Return:
    """The figures entered from a paper return; ``ValueError`` when they can no longer be read."""
    found, _ = decode(paper.data)
    if found is None:
        raise ValueError(f"the paper return {paper.pk} cannot be read")
    return found


def standing_return(
    taxpayer: Taxpayer, form_code: str, period: Period, activity: str | None = None
) -> Standing | None:
    """The last supplement that stands, else the first return, else the one filed on paper.

    Of any activity when none is given.
    """
    place = {"taxpayer": taxpayer, "form_code": form_code, "period": str(period)}
    if activity is not None:
        place["activity"] = activity
    filed = Filing.objects.standing().filter(**place).order_by("-supplement_no", "-received_at").first()
    source = filed or PaperReturn.objects.filter(**place).order_by("-entered_at").first()
    return Standing(source) if source else None


def paper_overlapping(papers: QuerySet[PaperReturn], period: Period) -> PaperReturn | None:
    """A paper return of another kind of period over the same days."""
    for paper in papers:
        other = Period.parse(paper.period)
        if other.kind != period.kind and other.start <= period.end and period.start <= other.end:
            return paper
    return None
