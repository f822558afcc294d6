"""Throwing a draft away."""

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, action
from khaithue.portal.audit.trail import Detail
from khaithue.portal.drafts.models import Draft


@action("drafts.discard", Right.PREPARE, owned="draft")
def discard_draft(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    draft: Draft,
) -> Done[None]:
    """Delete the draft; a draft that is gone already is no error."""
    facts: Detail = {"form": draft.form_code, "period": draft.period, "revision": draft.revision}
    subject = f"draft:{draft.pk}"
    Draft.objects.filter(pk=draft.pk).delete()
    return Done(None, subject, facts)
