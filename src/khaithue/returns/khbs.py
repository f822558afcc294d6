"""The appendices 01/KHBS and 01-1/KHBS of a supplement, filled from what changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from khaithue import law
from khaithue.obligations.interest import Interest
from khaithue.returns.allocated import paper_of
from khaithue.returns.compute import compute
from khaithue.returns.differences import Difference
from khaithue.returns.form import NUMERIC
from khaithue.returns.model import Return, Row, Value
from khaithue.returns.prefill import prefill
from khaithue.returns.tax_changes import CREDIT, PAYABLE, REFUND, Occasion, PaidBack, TaxChange, total

_TABLES: Final = {PAYABLE: "khbs_payable", CREDIT: "khbs_credit", REFUND: "khbs_refund"}
_PARTS: Final = "khbs_parts"
_CHANGES: Final = "khbs_changes"
_NUMBER: Final = "04"
_TRANSACTION: Final = "02"


def supplement_appendices() -> tuple[str, ...]:
    """The names of the appendices every supplement carries: 01/KHBS, 01-1/KHBS (``law/xml/header.toml``)."""
    return tuple(law.document("xml/header.toml")["supplement"])


def without_appendices(ret: Return) -> Return:
    """The return without the appendices of a supplement."""
    parts = supplement_appendices()
    tables = {
        name for part in parts if part in ret.form.appendices for name in ret.form.appendices[part].tables
    }
    return replace(
        ret,
        totals={name: boxes for name, boxes in ret.totals.items() if name not in parts},
        tables={name: rows for name, rows in ret.tables.items() if name not in tables},
    )


def filled(
    ret: Return,
    changed: Sequence[Difference],
    taxes: Sequence[TaxChange],
    owed: Interest | None,
    occasion: Occasion,
    allocated: Mapping[str, tuple[Row, ...]],
    paid_back: PaidBack | None,
) -> Return:
    """The computed return with both appendices; what they said of an earlier supplement is dropped.

    ``allocated`` is section A.I.2, ``paid_back`` what section B says; without it that stays as written.
    """
    main, explanation = supplement_appendices()
    ret = _of_this_number(ret, main, occasion.number)
    told = {_TRANSACTION: occasion.transaction} if occasion.transaction else {}
    sums = {"07": total(taxes, PAYABLE), "08": total(taxes, CREDIT), "09": total(taxes, REFUND)}
    written = ret.totals.get(main, {})
    totals = {
        **ret.totals,
        main: {**written, **told, **_interest_boxes(owed, written, taxes), **_refund_boxes(paid_back)},
        explanation: {**ret.totals.get(explanation, {}), **told, **sums},
    }
    parts = _parts(ret, changed, taxes, occasion)
    tables = {**ret.tables, **_tax_tables(taxes), **allocated, _PARTS: parts}
    return _begun(compute(replace(ret, totals=totals, tables=tables)))


def _of_this_number(ret: Return, main: str, number: int) -> Return:
    """The return, without the appendices it brought along from the supplement before."""
    said = ret.totals.get(main, {}).get(_NUMBER)
    return ret if said in (None, "", str(number)) else without_appendices(ret)


def _begun(ret: Return) -> Return:
    """The two appendices with their own prefilled boxes and defaults; the rest of the return as it was."""
    begun = prefill(ret)
    return replace(
        ret, totals={**ret.totals, **{name: begun.totals[name] for name in supplement_appendices()}}
    )


def _interest_boxes(
    owed: Interest | None, written: Mapping[str, Value], taxes: Sequence[TaxChange]
) -> Mapping[str, Value]:
    """The last day counted, how many days and how much; blank when there is nothing to count.

    What cannot be computed here stays as written: interest taken off, or that on tax whose due day or rate
    is not known.
    """
    amount = written.get("3b")
    rises = any(tax.section == PAYABLE and tax.change > 0 for tax in taxes)
    if owed is None and (rises or (isinstance(amount, int) and amount < 0)):
        return {}
    if owed is None or not owed.stretches:
        return {"3a.1": None, "3a.2": None, "3b": None}
    return {"3a.1": owed.stretches[-1].until.isoformat(), "3a.2": owed.days, "3b": owed.amount}


def _refund_boxes(paid_back: PaidBack | None) -> Mapping[str, Value]:
    """Section B: what of a refund is paid back, the days it was held and the interest."""
    if paid_back is None:
        return {}
    return {
        "thu_hoi_hoan": paid_back.amount or None,
        "so_ngay_nhan_hoan": paid_back.interest.days or None,
        "tien_cham_nop_hoan": paid_back.interest.amount or None,
    }


def _tax_tables(taxes: Sequence[TaxChange]) -> dict[str, tuple[Row, ...]]:
    return {
        table: tuple(
            Row({"tieu_muc": tax.subhead or None, "2": tax.line.title, "3": tax.change})
            for tax in taxes
            if tax.section == section
        )
        for section, table in _TABLES.items()
    }


def _parts(
    ret: Return, changed: Sequence[Difference], taxes: Sequence[TaxChange], occasion: Occasion
) -> tuple[Row, ...]:
    """One row for the main part and each appendix that changed, with the boxes below it."""
    reasons = dict(_reasons(ret))
    effects = _effects(taxes)
    documents: dict[str, list[Row]] = {}
    for each in changed:
        name = paper_of(ret.form, each.part)
        kept = reasons.get((name, f"[{each.field.code}]", each.row)) or occasion.reason
        written = occasion.reasons.get((each.cell, each.row), kept) or None
        documents.setdefault(name, []).append(_change(each, effects, written))
    return tuple(Row({"2": name}, {_CHANGES: tuple(rows)}) for name, rows in documents.items())


def _change(each: Difference, effects: Mapping[str, int], reason: Value) -> Row:
    is_amount = each.field.kind in NUMERIC
    effect = effects.get(each.field.code) if not each.part and isinstance(each.amount, int) else None
    return Row(
        {
            "2": each.field.label,
            "3": f"[{each.field.code}]",
            "chi_tiet_1": each.row or None,
            "4": each.declared if is_amount else None,
            "5": each.corrected if is_amount else None,
            "7": effect * int(each.amount or 0) if effect else None,
            "8": reason,
        }
    )


def _effects(taxes: Sequence[TaxChange]) -> dict[str, int]:
    """How each box of a tax that changed counts: 1 when it adds to the tax, -1 when it takes from it."""
    adding = {code: 1 for tax in taxes for code in tax.line.boxes}
    return adding | {code: -1 for tax in taxes for code in tax.line.less}


def _reasons(ret: Return) -> Iterator[tuple[tuple[Value, ...], Value]]:
    """The reasons already written, by the paper, the code of the box and what its row is of."""
    for part in ret.tables.get(_PARTS, ()):
        for row in part.children.get(_CHANGES, ()):
            place = (part.values.get("2"), row.values.get("3"), row.values.get("chi_tiet_1") or "")
            yield place, row.values.get("8")
