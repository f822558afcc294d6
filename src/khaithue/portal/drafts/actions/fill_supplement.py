"""Filling 01/KHBS and 01-1/KHBS of a supplement's draft."""

from datetime import date

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import User
from khaithue.portal.action import require
from khaithue.portal.drafts.actions.save_draft import save_draft
from khaithue.portal.drafts.models import Draft
from khaithue.portal.drafts.outcome import DraftOutcome
from khaithue.portal.drafts.supplementing import Reasons, supplement_of
from khaithue.returns.codec import encode
from khaithue.returns.findings import finding, has_errors


def fill_supplement(
    *,
    user: User,
    draft: Draft,
    revision: int,
    reason: str = "",
    reasons: Reasons | None = None,
    refunded_on: date | None = None,
) -> DraftOutcome:
    """Save the draft with both appendices filled for a supplement filed and paid today.

    ``reason`` explains every change that has no explanation yet; ``reasons`` box by box. ``refunded_on`` is
    the day the Treasury paid the refund that was asked for, when it did.
    Not saved, and told by findings: DRAFT-NO-FIRST when what it corrects does not stand, the errors of
    ``returns.supplement``, DRAFT-STALE and DRAFT-DATA of ``save_draft``. Raises ``PermissionDenied`` when
    the user may not prepare this form for the taxpayer.
    """
    require(Right.PREPARE, user, draft.taxpayer, draft.form_code)
    made = supplement_of(draft, timezone.localdate(), reason, reasons, refunded_on)
    if made is None:
        missing = finding("DRAFT-NO-FIRST", form=draft.form_code, period=draft.period)
        return DraftOutcome(draft, (missing,))
    if has_errors(made.findings):
        return DraftOutcome(draft, made.findings)
    saved = save_draft(user=user, draft=draft, data=encode(made.ret), revision=revision)
    return DraftOutcome(saved.draft, (*made.findings, *saved.findings))
