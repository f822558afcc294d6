"""What an action on a draft gives back."""

from dataclasses import dataclass

from khaithue.portal.drafts.models import Draft
from khaithue.returns.findings import Finding


@dataclass(frozen=True)
class DraftOutcome:
    """The draft, or None when it could not be opened or saved, and what was found."""

    draft: Draft | None
    findings: tuple[Finding, ...] = ()
