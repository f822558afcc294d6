"""What a supplement is filed with, and by how much each tax of the return changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from khaithue.obligations.interest import Interest, Payment
from khaithue.returns.form import TaxLine
from khaithue.returns.model import Return
from khaithue.returns.tax_lines import SECTIONS

PAYABLE, CREDIT, REFUND = SECTIONS


@dataclass(frozen=True)
class Refund:
    """Tax refunded on the return that stands: the day the Treasury paid, and how much when not all asked."""

    paid_on: date
    amount: int | None = None


@dataclass(frozen=True)
class Occasion:
    """How a supplement is filed.

    ``number`` counts the supplements of the return from 1, ``on`` is the day of filing, taken as the day the
    tax is paid; ``payments`` came in before. ``due`` replaces the due day of the law, as with an extension.
    ``reason`` is written beside each changed box that has none, and one of ``reasons`` (by the box and what
    its row is of) in any case; ``transaction`` is the code of the return that is corrected. ``refund`` is
    what was refunded on that return, when it was.
    """

    number: int
    on: date
    payments: tuple[Payment, ...] = ()
    due: date | None = None
    reason: str = ""
    transaction: str = ""
    reasons: Mapping[tuple[str, str], str] = field(default_factory=dict)
    refund: Refund | None = None


@dataclass(frozen=True)
class PaidBack:
    """What of a refund is paid back, whole đồng, and the interest on it since the Treasury paid."""

    amount: int
    interest: Interest


@dataclass(frozen=True)
class TaxChange:
    """One tax that changed: its ``section`` (payable, credit or refund) and the amounts, whole đồng."""

    section: str
    line: TaxLine
    subhead: str
    declared: int
    corrected: int

    @property
    def change(self) -> int:
        """Corrected less declared."""
        return self.corrected - self.declared


def tax_changes(standing: Return, corrected: Return) -> Iterator[TaxChange]:
    """The taxes of the form that changed, in the order of 01/KHBS; the corrected return is computed."""
    lines = corrected.form.supplement
    for section in SECTIONS:
        for line in getattr(lines, section):
            before, after = amount_of(standing, line), amount_of(corrected, line)
            if before != after:
                yield TaxChange(section, line, _subhead(corrected, line), before, after)


def amount_of(ret: Return, line: TaxLine) -> int:
    """What a line of tax says on a return, whole đồng; a blank box is 0."""
    return sum(_money(ret, code) for code in line.boxes) - sum(_money(ret, code) for code in line.less)


def _money(ret: Return, code: str) -> int:
    value = ret.values.get(code)
    return value if isinstance(value, int) else 0


def _subhead(ret: Return, line: TaxLine) -> str:
    if not line.subhead_box:
        return line.subhead
    return str(ret.values.get(line.subhead_box) or ret.form.fields[line.subhead_box].default)


def to_pay_back(standing: Return, corrected: Return, refund: Refund) -> int:
    """How much of a refund the corrected return no longer asks for, whole đồng."""
    lines = corrected.form.supplement.refund if corrected.form.supplement else ()
    asked, right = (sum(amount_of(ret, line) for line in lines) for ret in (standing, corrected))
    received = asked if refund.amount is None else refund.amount
    return max(0, received - right)


def total(taxes: Sequence[TaxChange], section: str) -> int | None:
    """By how much the taxes of a section changed in all; ``None`` when none did."""
    changes = [tax.change for tax in taxes if tax.section == section]
    return sum(changes) if changes else None
