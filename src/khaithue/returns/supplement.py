"""A supplementary return (khai bổ sung) made of two returns: the one that stands and the corrected figures.

01/KHBS says by how much the taxes changed and what interest that costs, 01-1/KHBS which boxes changed
(khoản 4 Điều 7 Nghị định 126/2020/NĐ-CP). Which boxes are tax is the form's ``[supplement]``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from khaithue.law.dated import NoValue
from khaithue.obligations.due import ObligationError, due
from khaithue.obligations.interest import Interest, interest
from khaithue.returns.allocated import allocated
from khaithue.returns.compute import compute
from khaithue.returns.differences import Difference, differences
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.returns.khbs import filled, supplement_appendices, without_appendices
from khaithue.returns.khbs_2013 import explained
from khaithue.returns.kinds import same
from khaithue.returns.model import Return
from khaithue.returns.tax_changes import (
    CREDIT,
    PAYABLE,
    REFUND,
    Occasion,
    PaidBack,
    TaxChange,
    tax_changes,
    to_pay_back,
    total,
)
from khaithue.returns.tax_lines import SECTIONS

_FIRST: Final = "0"
_DAY: Final = timedelta(days=1)
_NAMED: Final = 5
"""Most boxes that a message names."""


@dataclass(frozen=True)
class Supplement:
    """What came of it: ``ret`` the return to file, with 01/KHBS and 01-1/KHBS when its form has them.

    ``due`` is the day the tax was due; it and ``interest`` are ``None`` when they cannot be told or no tax
    rises. ``paid_back`` is what of a refund goes back, when the occasion knows of one.
    """

    ret: Return
    differences: tuple[Difference, ...] = ()
    taxes: tuple[TaxChange, ...] = ()
    due: date | None = None
    interest: Interest | None = None
    findings: tuple[Finding, ...] = ()
    paid_back: PaidBack | None = None


def supplement(standing: Return, corrected: Return, occasion: Occasion) -> Supplement:
    """The supplement from the return that stands (the first, or the last supplement) to the corrected.

    Figures of the standing return count as they were declared; the corrected ones are computed. What a person
    wrote in the two appendices (reasons, documents, section B without a known refund) is kept. When the two
    are no return and its correction nothing is filled in.
    """
    wrong = tuple(_mismatches(standing, corrected, occasion.number))
    if has_errors(wrong):
        return Supplement(corrected, findings=wrong)
    ret = compute(_headed(corrected, standing, occasion))
    changed = differences(standing, ret, supplement_appendices())
    nothing = () if changed else (finding("SUPP-NOTHING"),)
    if ret.form.supplement is None:
        return Supplement(
            ret, changed, findings=nothing or (finding("SUPP-NO-APPENDIX", form=ret.form.code),)
        )
    taxes = tuple(tax_changes(standing, ret))
    day, late = _due(ret, occasion)
    owed, unrated = _interest(taxes, day, occasion)
    found = nothing or (*_doubts(standing), *late, *unrated, *_remarks(taxes, day, occasion))
    if ret.form.supplement.total:
        return Supplement(explained(standing, ret, taxes, owed), changed, taxes, day, owed, found)
    back, unknown = _paid_back(standing, ret, occasion)
    whole = filled(ret, changed, taxes, owed, occasion, allocated(standing, ret), back)
    return Supplement(whole, changed, taxes, day, owed, (*found, *unknown), back)


def begun(standing: Return, number: int, on: date) -> Return:
    """The figures of the return that stands as the start of its supplement, without its own 01/KHBS."""
    return _headed(without_appendices(standing), standing, Occasion(number, on))


def _mismatches(standing: Return, corrected: Return, number: int) -> Iterator[Finding]:
    """What makes the two no return and its correction."""
    if not _is_same_return(standing, corrected):
        yield finding("SUPP-OTHER-RETURN")
    last = standing.header.get("soLan") or _FIRST
    if last.isdecimal() and number != int(last) + 1:
        yield finding("SUPP-NUMBER", number=number, wanted=int(last) + 1)


def _doubts(standing: Return) -> Iterator[Finding]:
    """A standing return whose computed boxes are not what its figures make: the differences start there."""
    if wrong := differences(standing, compute(standing), supplement_appendices()):
        yield finding("SUPP-STANDING", boxes=", ".join(each.cell for each in wrong[:_NAMED]))


def _is_same_return(standing: Return, corrected: Return) -> bool:
    form = corrected.form
    boxes = [(form.fields[code].default, code) for code in form.distinct]
    return (
        (standing.form.code, standing.form.basis) == (form.code, form.basis)
        and standing.period == corrected.period
        and standing.header.get("mst") == corrected.header.get("mst")
        and all(
            same(standing.values.get(code) or default, corrected.values.get(code) or default)
            for default, code in boxes
        )
    )


def _headed(corrected: Return, standing: Return, occasion: Occasion) -> Return:
    day = occasion.on.isoformat()
    kind = {"loaiTKhai": "B", "soLan": str(occasion.number), "ngayLapTKhai": day, "ngayKy": day}
    return replace(corrected, header={**standing.header, **corrected.header, **kind})


# -- interest


def _due(ret: Return, occasion: Occasion) -> tuple[date | None, tuple[Finding, ...]]:
    if occasion.due:
        return occasion.due, ()
    try:
        return due(ret.form.code, ret.period).due, ()
    except ObligationError:
        return None, (finding("SUPP-NO-DUE", form=ret.form.code, period=str(ret.period)),)


def _interest(
    taxes: Sequence[TaxChange], due_on: date | None, occasion: Occasion
) -> tuple[Interest | None, tuple[Finding, ...]]:
    """Interest on every tax that rises; a tax that falls does not pay for another."""
    more = sum(tax.change for tax in taxes if tax.section == PAYABLE and tax.change > 0)
    if not more or due_on is None:
        return None, ()
    try:
        return interest(more, due_on, occasion.on, occasion.payments), ()
    except NoValue:
        return None, (finding("SUPP-NO-RATE", date=due_on.isoformat()),)


def _paid_back(
    standing: Return, ret: Return, occasion: Occasion
) -> tuple[PaidBack | None, tuple[Finding, ...]]:
    """The refund that goes back; interest from the day the Treasury paid, that day counted.

    Điểm c khoản 1 Điều 59 Luật 38/2019/QH14; điểm b khoản 1 Điều 26 Nghị định 252/2026/NĐ-CP.
    """
    if occasion.refund is None:
        return None, ()
    amount, paid_on = to_pay_back(standing, ret, occasion.refund), occasion.refund.paid_on
    try:
        return PaidBack(amount, interest(amount, paid_on - _DAY, occasion.on)), ()
    except NoValue:
        return None, (finding("SUPP-NO-RATE", date=paid_on.isoformat()),)


# -- remarks


def _remarks(taxes: Sequence[TaxChange], due_on: date | None, occasion: Occasion) -> Iterator[Finding]:
    """What the figures of the appendices do not say by themselves."""
    changed = {section: total(taxes, section) or 0 for section in SECTIONS}
    if due_on and occasion.on <= due_on:
        yield finding("SUPP-BEFORE-DUE", due=due_on.isoformat())
    if any(tax.section == PAYABLE and tax.change < 0 for tax in taxes):
        yield finding("SUPP-DECREASE")
    if changed[CREDIT] and not changed[PAYABLE]:
        yield finding("SUPP-CREDIT")
    if changed[REFUND] < 0 and occasion.refund is None:
        yield finding("SUPP-REFUND-LESS")
    if changed[REFUND] > 0:
        yield finding("SUPP-REFUND-MORE")
    if any(not tax.subhead for tax in taxes):
        yield finding("SUPP-SUBHEAD")
