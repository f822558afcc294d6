"""What an action of registration gives back."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from khaithue.portal.action import Done
from khaithue.returns.findings import Finding

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What was made or changed, or None when nothing was, and why not."""

    value: T | None
    findings: tuple[Finding, ...] = ()


def refused(subject: str, *found: Finding) -> Done[Outcome[Any]]:
    """Nothing was done, for these reasons; the audit entry has their codes."""
    return Done(Outcome(None, found), subject, {"refused": sorted({item.code for item in found})})
