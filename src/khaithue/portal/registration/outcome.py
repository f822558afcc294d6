"""What became of an act on an application."""

from dataclasses import dataclass

from khaithue.portal.registration.models import Application
from khaithue.returns.findings import Finding


@dataclass(frozen=True)
class ApplicationOutcome:
    """The application as it stands after the act, None when the act was refused; and what was found."""

    application: Application | None
    findings: tuple[Finding, ...] = ()
