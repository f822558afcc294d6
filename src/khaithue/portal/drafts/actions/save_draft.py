"""Saving a draft, unless another window saved it meanwhile."""

from dataclasses import replace
from typing import Any

from django.db.models import F
from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, action, require
from khaithue.portal.drafts.models import Draft
from khaithue.portal.drafts.outcome import DraftOutcome
from khaithue.returns.codec import decode, encode
from khaithue.returns.compute import compute
from khaithue.returns.findings import finding
from khaithue.returns.model import Return


def save_draft(*, user: User, draft: Draft, data: dict[str, Any], revision: int) -> DraftOutcome:
    """Save figures that were made from a revision of the draft; everything computed is computed here anew.

    ``data`` is a return as ``returns.codec`` writes it. Not saved, and told by findings: DRAFT-STALE when
    ``revision`` is not the newest (the draft given back is then the newest one), DRAFT-DATA when the data are
    not of this draft's form and period. A figure that cannot be read is left out and reported. Raises
    ``PermissionDenied`` when the user may not prepare this form for the taxpayer.
    """
    require(Right.PREPARE, user, draft.taxpayer, draft.form_code)
    figures, findings = decode(data)
    if figures is None or not _is_of(draft, figures):
        return DraftOutcome(draft, (*findings, finding("DRAFT-DATA")))
    computed = compute(replace(figures, header={**figures.header, **_own_header(draft)}))
    outcome = _save(user=user, draft=draft, data=encode(computed), revision=revision)
    return DraftOutcome(outcome.draft, (*findings, *outcome.findings))


@action("drafts.save", Right.PREPARE, owned="draft")
def _save(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    draft: Draft,
    data: dict[str, Any],
    revision: int,
) -> Done[DraftOutcome]:
    unchanged = Draft.objects.filter(pk=draft.pk, revision=revision)
    saved = unchanged.update(data=data, revision=F("revision") + 1, updated_at=timezone.now())
    newest = Draft.objects.select_related("taxpayer").filter(pk=draft.pk).first()
    subject = f"draft:{draft.pk}"
    if not saved:
        return Done(DraftOutcome(newest, (finding("DRAFT-STALE"),)), subject, {"refused": "DRAFT-STALE"})
    return Done(DraftOutcome(newest), subject, {"revision": revision + 1})


def _is_of(draft: Draft, figures: Return) -> bool:
    form = figures.form
    said = (form.code, form.basis, form.version, str(figures.period))
    return said == (draft.form_code, draft.basis, draft.version, draft.period)


def _own_header(draft: Draft) -> dict[str, str]:
    kind = "B" if draft.kind == "B" else "C"
    return {"mst": draft.taxpayer.mst, "loaiTKhai": kind, "soLan": str(draft.supplement_no)}
