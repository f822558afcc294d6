"""The supplement a draft is to become: held against the return it corrects, with its 01/KHBS filled."""

from collections.abc import Mapping
from datetime import date

from khaithue.portal.drafts.models import Draft
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.filing.standing import Standing
from khaithue.portal.filing.submission import activity_of
from khaithue.returns.codec import decode
from khaithue.returns.model import Return
from khaithue.returns.supplement import Supplement, supplement
from khaithue.returns.tax_changes import Occasion, Refund

Reasons = Mapping[tuple[str, str], str]
"""Why a box changed, by the box and what its row is of."""


def corrected_by(draft: Draft, figures: Return) -> Standing | None:
    """What a supplement's draft corrects: the return before it in number, of the same activity."""
    place = {
        "taxpayer": draft.taxpayer,
        "form_code": draft.form_code,
        "basis": draft.basis,
        "period": draft.period,
        "activity": activity_of(figures),
    }
    before = draft.supplement_no - 1
    filed = Filing.objects.standing().filter(**place, supplement_no=before).order_by("-received_at").first()
    if filed:
        return Standing(filed)
    paper = None if before else PaperReturn.objects.filter(**place).first()
    return Standing(paper) if paper else None


def supplement_of(
    draft: Draft,
    day: date,
    reason: str = "",
    reasons: Reasons | None = None,
    refunded_on: date | None = None,
) -> Supplement | None:
    """The draft as the supplement filed and paid on a day, both appendices filled anew.

    ``None`` for a first return, and when what it corrects does not stand. What a person wrote in the
    appendices is kept as ``returns.supplement`` says; ``reasons`` take its place box by box.
    ``refunded_on`` is the day the Treasury paid what the return corrected asked for.
    """
    figures, _ = decode(draft.data)
    if draft.kind != "B" or figures is None:
        return None
    corrects = corrected_by(draft, figures)
    if corrects is None:
        return None
    occasion = Occasion(
        draft.supplement_no,
        day,
        reason=reason,
        reasons=reasons or {},
        transaction=corrects.transaction_code,
        refund=Refund(refunded_on) if refunded_on else None,
    )
    return supplement(corrects.return_, figures, occasion)
