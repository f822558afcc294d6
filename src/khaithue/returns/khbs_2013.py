"""The explanation 01/KHBS of circular 156/2013, filled from the taxes that changed: one table up, one down.

Section A.I holds the taxes that rise, A.II those that fall, A.III their sum, B days late and interest.
"""

from collections.abc import Sequence
from dataclasses import replace

from khaithue.obligations.interest import Interest
from khaithue.returns.compute import compute
from khaithue.returns.khbs import supplement_appendices
from khaithue.returns.model import Return, Row, Value
from khaithue.returns.tax_changes import TaxChange, amount_of


def explained(standing: Return, ret: Return, taxes: Sequence[TaxChange], owed: Interest | None) -> Return:
    """The computed return with its explanation; what section C says of a refund stays as written."""
    main = supplement_appendices()[0]
    late: dict[str, Value] = {"ngay_cham": None, "tien_cham": None}
    if owed is not None and owed.days:
        late = {"ngay_cham": owed.days, "tien_cham": owed.amount}
    totals = {**ret.totals, main: {**ret.totals.get(main, {}), **_sum(standing, ret), **late}}
    tables = {
        **ret.tables,
        "khbs_up": tuple(_row(tax) for tax in taxes if tax.change > 0),
        "khbs_down": tuple(_row(tax) for tax in taxes if tax.change < 0),
    }
    return compute(replace(ret, totals=totals, tables=tables))


def _sum(standing: Return, ret: Return) -> dict[str, Value]:
    """Section A.III: what the form sums up, as it was declared and as it is."""
    line = ret.form.supplement.total if ret.form.supplement else None
    if line is None:
        return {}
    declared, corrected = amount_of(standing, line), amount_of(ret, line)
    return {"chi_tieu": line.title, "ma_so": line.code, "4": declared, "5": corrected}


def _row(tax: TaxChange) -> Row:
    return Row({"2": tax.line.title, "3": tax.line.code, "4": tax.declared, "5": tax.corrected})
