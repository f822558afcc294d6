"""The fine for filing a return late (``law/procedures/fines.toml``), as a frame and its usual amount.

The law in force on the day the return is filed decides, for that day ends the violation. Days late are those
of the calendar, from the day after the due day to the day of filing, both counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, Final

from khaithue import law
from khaithue.law.dated import Confidence

_FILE: Final = "procedures/fines.toml"
_ERA_KEYS: Final = {"from", "law", "confidence", "individual", "individual_law", "step", "brackets"}
_BRACKET_KEYS: Final = {"last", "mitigated", "tax", "paid", "least", "most", "capped_at", "multiples"}


class FineKind(StrEnum):
    """What lateness costs: nothing, a warning (cảnh cáo), an amount, or a multiple of the tax evaded."""

    NONE = "none"
    WARNING = "warning"
    AMOUNT = "amount"
    MULTIPLE = "multiple"


@dataclass(frozen=True)
class Case:
    """What a fine depends on beside the days late.

    ``tax`` is the đồng that arise on the return, ``paid`` whether they and the interest are paid in full
    before an inspection decision or a record of the violation. Circumstances are counted.
    """

    tax: int = 0
    paid: bool = True
    individual: bool = False
    mitigating: int = 0
    aggravating: int = 0


@dataclass(frozen=True)
class Fine:
    """A fine in đồng: its frame from ``least`` to ``most`` and ``usual``, what the rules lead to."""

    kind: FineKind
    least: int = 0
    most: int = 0
    usual: int = 0
    law: str = ""
    confidence: Confidence = Confidence.HIGH


@dataclass(frozen=True)
class Bracket:
    """One frame: the days it holds for and its conditions; ``None`` where the law makes no difference."""

    law: str
    first: int
    last: int | None = None
    mitigated: bool = False
    tax: bool | None = None
    paid: bool | None = None
    least: int = 0
    most: int = 0
    capped_at: int | None = None
    multiples: tuple[Fraction, ...] = ()

    def fits(self, days: int, case: Case) -> bool:
        """Whether the bracket is that of a return so many days late."""
        return (
            self.first <= days <= (self.last or days)
            and (not self.mitigated or case.mitigating > 0)
            and self.tax in (None, case.tax > 0)
            and self.paid in (None, case.paid)
        )


@dataclass(frozen=True)
class Era:
    """The brackets of one decree and the days of filing it holds for, both counted."""

    valid_from: date
    valid_to: date
    confidence: Confidence
    individual: Fraction
    individual_law: str
    step: Fraction
    brackets: tuple[Bracket, ...]


class NoFineLawError(LookupError):
    """No decree on fines is stored for the day of filing."""


def days_past(due: date, filed: date) -> int:
    """How many days after the due day a return was filed; 0 when it was in time."""
    return max(0, (filed - due).days)


def penalty(days_late: int, filed: date, case: Case | None = None) -> Fine:
    """The fine for a return filed so many days late; raises ``NoFineLawError`` for a day before 15/12/2013.

    >>> fine = penalty(10, date(2026, 9, 1))
    >>> fine.least, fine.most, fine.usual
    (2000000, 5000000, 3500000)
    """
    if days_late <= 0:
        return Fine(FineKind.NONE)
    case = case or Case()
    era = _era(filed)
    bracket = next(each for each in era.brackets if each.fits(days_late, case))
    if bracket.multiples:
        return _multiple(era, bracket, case)
    return _amount(era, bracket, case) if bracket.most else Fine(FineKind.WARNING, law=bracket.law)


def individual_penalty(days_late: int, filed: date, case: Case | None = None) -> Fine | None:
    """The fine of an individual or household business, where the law sets it another than an organisation's.

    ``None`` where it makes no difference: a warning, a multiple of the tax, a return filed before 5/12/2020.
    Raises as ``penalty`` does.

    >>> fine = individual_penalty(10, date(2026, 9, 1))
    >>> fine.least, fine.most, fine.usual
    (1000000, 2500000, 1750000)
    """
    case = case or Case()
    common = penalty(days_late, filed, replace(case, individual=False))
    own = penalty(days_late, filed, replace(case, individual=True))
    return own if (own.least, own.most) != (common.least, common.most) else None


def _era(filed: date) -> Era:
    for era in eras():
        if era.valid_from <= filed <= era.valid_to:
            return era
    raise NoFineLawError(f"no decree on fines is stored for {filed}")


def _amount(era: Era, bracket: Bracket, case: Case) -> Fine:
    """The middle of the frame moved by each circumstance, kept in the frame and below the cap."""
    share = era.individual if case.individual else Fraction(1)
    least, most = bracket.least * share, bracket.most * share
    moved = (least + most) / 2 * (1 + era.step * (case.aggravating - case.mitigating))
    usual = min(max(moved, least), most)
    if bracket.capped_at is not None:
        cap = max(Fraction(case.tax), bracket.capped_at * share)
        least, most, usual = min(least, cap), min(most, cap), min(usual, cap)
    articles = [bracket.law, era.individual_law if case.individual else ""]
    return Fine(
        FineKind.AMOUNT,
        round(least),
        round(most),
        round(usual),
        "; ".join(filter(None, articles)),
        era.confidence,
    )


def _multiple(era: Era, bracket: Bracket, case: Case) -> Fine:
    steps = [case.tax * times for times in bracket.multiples]
    place = min(max(1 + case.aggravating - case.mitigating, 0), len(steps) - 1)
    usual = round(steps[place])
    return Fine(FineKind.MULTIPLE, round(steps[0]), round(steps[-1]), usual, bracket.law, era.confidence)


@cache
def eras() -> tuple[Era, ...]:
    """Every decree's brackets, oldest first."""
    return read_eras(law.document(_FILE)["late_return"])


def read_eras(entries: list[Mapping[str, Any]]) -> tuple[Era, ...]:
    """The eras of one document; ``ValueError`` or ``KeyError`` names what is wrong with it."""
    return tuple(_read_era(entry) for entry in entries)


def _read_era(entry: Mapping[str, Any]) -> Era:
    if wrong := (set(entry) - {"to"}) ^ _ERA_KEYS:
        raise ValueError(f"{_FILE}: missing or unknown {', '.join(sorted(wrong))}")
    brackets = tuple(_read_bracket(each) for each in entry["brackets"])
    return Era(
        entry["from"],
        entry.get("to", date.max),
        Confidence(entry["confidence"]),
        Fraction(entry["individual"]),
        entry["individual_law"],
        Fraction(entry["step"].rstrip("%")) / 100,
        brackets,
    )


def _read_bracket(entry: Mapping[str, Any]) -> Bracket:
    if wrong := set(entry) - _BRACKET_KEYS - {"first", "law"}:
        raise ValueError(f"{_FILE}: unknown {', '.join(sorted(wrong))}")
    multiples = tuple(Fraction(times) for times in entry.get("multiples", ()))
    return Bracket(**{**entry, "multiples": multiples})
