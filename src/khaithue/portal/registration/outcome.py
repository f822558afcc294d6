"""What an action of registration gives back."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from khaithue.returns.findings import Finding

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What was made or changed, or None when nothing was, and why not."""

    value: T | None
    findings: tuple[Finding, ...] = ()
