"""The supplement a draft is to become: held against the filing it corrects, with its 01/KHBS filled."""

from datetime import date

from khaithue.portal.drafts.models import Draft
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reading import return_of
from khaithue.portal.filing.submission import activity_of
from khaithue.returns.codec import decode
from khaithue.returns.model import Return
from khaithue.returns.supplement import Supplement, supplement
from khaithue.returns.tax_changes import Occasion


def corrected_by(draft: Draft, figures: Return) -> Filing | None:
    """The filing a supplement's draft corrects: the one before it in number, of the same activity."""
    return (
        Filing.objects.standing()
        .filter(
            taxpayer=draft.taxpayer,
            form_code=draft.form_code,
            basis=draft.basis,
            period=draft.period,
            activity=activity_of(figures),
            supplement_no=draft.supplement_no - 1,
        )
        .order_by("-received_at")
        .first()
    )


def supplement_of(draft: Draft, day: date, reason: str = "") -> Supplement | None:
    """The draft as the supplement filed and paid on a day, both appendices filled anew.

    ``None`` for a first return, and when what it corrects does not stand. What a person wrote in the
    appendices is kept as ``returns.supplement`` says.
    """
    figures, _ = decode(draft.data)
    if draft.kind != "B" or figures is None:
        return None
    filing = corrected_by(draft, figures)
    if filing is None:
        return None
    occasion = Occasion(draft.supplement_no, day, reason=reason, transaction=filing.transaction_code)
    return supplement(return_of(filing), figures, occasion)
