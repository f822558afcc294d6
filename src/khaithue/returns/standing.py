"""Whether a form version is the one to file on a day, and why, where a change of forms is under way."""

from dataclasses import dataclass
from datetime import date

from khaithue.law.dated import Confidence
from khaithue.obligations.switch import Switch, switch
from khaithue.returns.catalogue import Head, heads
from khaithue.returns.findings import Text


@dataclass(frozen=True)
class Standing:
    """Whether the authority takes the form on the day asked for, the reason, and its law."""

    is_taken: bool
    why: Text
    law: str
    confidence: Confidence


def standing(head: Head, on: date) -> Standing | None:
    """How a form version stands on a day of filing; ``None`` when no change of forms touches it."""
    if head.switch:
        change = switch(head.switch)
        return _standing(change, _new(change, on), is_taken=change.is_open(on))
    change_of_old = _replaced_by(head)
    if change_of_old is None:
        return None
    is_open = change_of_old.is_open(on)
    return _standing(change_of_old, "old_ends" if is_open else "old_goes_on", is_taken=True)


def _new(change: Switch, on: date) -> str:
    if change.is_open(on):
        return "new_taken"
    return "new_later" if change.announced else "new_waits"


def _replaced_by(head: Head) -> Switch | None:
    """The change that gives a form still in force a successor."""
    for other in heads():
        if other.code == head.code and other.switch:
            change = switch(other.switch)
            if head.valid_to is None or head.valid_to >= change.first_period:
                return change
    return None


def _standing(change: Switch, said: str, *, is_taken: bool) -> Standing:
    words = {
        "first": change.first_period,
        "announced": change.announced,
        "before": change.complete_before,
    }
    why = Text(**change.says[said]).format(**words)
    return Standing(is_taken, why, change.law, change.confidence)
