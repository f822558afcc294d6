"""What is wrong with a return: its figures one by one, its arithmetic, and the rules of its form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from khaithue.returns import taxid
from khaithue.returns.boxes import Boxes, address, boxes_of, name_of
from khaithue.returns.catalogue import is_valid_for
from khaithue.returns.compute import compute
from khaithue.returns.figures import figures_of
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import Check, Field, Form, Kind
from khaithue.returns.formulas import program_of
from khaithue.returns.kinds import fits, is_date, is_moment, is_month, same, text_of
from khaithue.returns.model import Return, Row, Value


def check(ret: Return) -> list[Finding]:
    """Everything wrong with a return as it stands; computed boxes are held against what the form computes.

    Compute a draft first, or its computed boxes are found to differ. A figure of the wrong kind is reported
    and then counts as blank.
    """
    misfits = list(_misfits(ret))
    sound = _without_misfits(ret) if misfits else ret
    return [
        *_period(ret),
        *misfits,
        *_figures(sound),
        *_differences(sound, compute(sound)),
        *_unmet(sound),
    ]


def _period(ret: Return) -> Iterator[Finding]:
    form, period = ret.form, str(ret.period)
    if ret.period.kind not in form.periods:
        yield finding("RET-PERIOD-KIND", form=form.code, period=period, kinds=", ".join(form.periods))
    if not is_valid_for(form, ret.period):
        yield finding("RET-PERIOD-VALID", form=form.code, basis=form.basis, period=period)


# -- kinds


def _misfits(ret: Return) -> Iterator[Finding]:
    for boxes in boxes_of(ret):
        fields = boxes.fields
        for code, value in boxes.values.items():
            field = fields.get(code)
            if field is None:
                yield finding("RET-BOX", cell=address(boxes.part, code), row=boxes.row)
            elif value is not None and not fits(field.kind, value):
                yield _about(ret.form, boxes, field, "RET-TYPE", got=str(value)[:40])


def _without_misfits(ret: Return) -> Return:
    """The return with every figure of a wrong kind, or of no box, taken out."""
    form = ret.form
    values = _fitting(form.fields, ret.values)
    totals = {name: _fitting(form.appendices[name].fields, boxes) for name, boxes in ret.totals.items()}
    tables = {name: _fitting_rows(form, name, rows) for name, rows in ret.tables.items()}
    return replace(ret, values=values, totals=totals, tables=tables)


def _fitting(fields: Mapping[str, Field], values: Mapping[str, Value]) -> dict[str, Value]:
    return {
        code: value for code, value in values.items() if code in fields and fits(fields[code].kind, value)
    }


def _fitting_rows(form: Form, table: str, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(_fitting_row(form, table, row) for row in rows)


def _fitting_row(form: Form, table: str, row: Row) -> Row:
    children = {name: _fitting_rows(form, name, kids) for name, kids in row.children.items()}
    return Row(_fitting(form.tables[table].columns, row.values), children)


# -- figures one by one


def _figures(ret: Return) -> Iterator[Finding]:
    asked: dict[str, list[Field]] = {}
    for boxes in boxes_of(ret):
        if boxes.part not in asked:
            asked[boxes.part] = [field for field in boxes.fields.values() if _has_demands(field)]
        for field in asked[boxes.part]:
            value = ret.header.get(field.header) if field.header else boxes.values.get(field.code)
            for code in _faults(field, value):
                yield _about(ret.form, boxes, field, code, **_params(field, value))


def _has_demands(field: Field) -> bool:
    """Whether there is anything to ask of a box; the texts of the header are dates of their own shape."""
    if field.required or field.kind is Kind.TAX_ID:
        return True
    return not field.header and bool(field.kind in _SHAPED or least(field) is not None or field.choices)


_SHAPED: Final = frozenset({Kind.DATE, Kind.MONTH, Kind.MOMENT, Kind.ID_PAPER})
"""The kinds whose texts have a shape of their own."""
_PAPER: Final = re.compile(r"[\w./ -]*\d[\w./ -]*")


def least(field: Field) -> int | None:
    """The least figure a box takes; people and months that are typed are never below zero."""
    return 0 if field.min is None and field.kind is Kind.COUNT and not field.calc else field.min


def _faults(field: Field, value: Value) -> tuple[str, ...]:
    """The codes of what is wrong with one figure of the right kind."""
    if value is None or value == "":
        return ("RET-REQUIRED",) if field.required else ()
    if isinstance(value, str):
        code = _text_fault(field.kind, value)
    else:
        bound = least(field)
        code = "RET-MIN" if bound is not None and value < bound else ""
    choice = "RET-CHOICE" if field.choices and text_of(value) not in field.choices else ""
    return tuple(each for each in (code, choice) if each) if code or choice else ()


def _params(field: Field, value: Value) -> dict[str, object]:
    return {"got": text_of(value)[:40], "least": least(field), "choices": ", ".join(field.choices or ())}


def _text_fault(kind: Kind, text: str) -> str:
    match kind:
        case Kind.TAX_ID:
            return _tax_id_fault(text)
        case Kind.DATE if not is_date(text):
            return "RET-DATE"
        case Kind.MONTH if not is_month(text):
            return "RET-MONTH"
        case Kind.MOMENT if not is_moment(text):
            return "RET-MOMENT"
        case Kind.ID_PAPER if not _PAPER.fullmatch(text):
            return "RET-ID-PAPER"
    return ""


def _tax_id_fault(text: str) -> str:
    try:
        taxid.validate(text)
    except taxid.InvalidChecksum:
        return "RET-TAXID-DIGIT"
    except taxid.InvalidTaxId:
        return "RET-TAXID"
    return ""


# -- arithmetic


def _differences(ret: Return, computed: Return) -> Iterator[Finding]:
    calculated: dict[str, list[Field]] = {}
    for boxes, expected in zip(boxes_of(ret), boxes_of(computed), strict=True):
        if boxes.part not in calculated:
            calculated[boxes.part] = [field for field in boxes.fields.values() if field.calc]
        for field in calculated[boxes.part]:
            got, wanted = boxes.values.get(field.code), expected.values.get(field.code)
            if got != wanted and not same(got, wanted):
                yield _about(ret.form, boxes, field, "RET-DIFFERS", got=_shown(got), expected=_shown(wanted))


def _shown(value: Value) -> str:
    return text_of(value) or "—"


def _about(form: Form, boxes: Boxes, field: Field, code: str, **params: Any) -> Finding:
    cell, named = address(boxes.part, field.code), name_of(form, boxes.part, field, boxes.row)
    return finding(code, cell=cell, row=boxes.row, law=field.law, box=named, **params)


# -- rules of the form


def _unmet(ret: Return) -> Iterator[Finding]:
    for unmet in program_of(ret.form).unmet(figures_of(ret)):
        rule = ret.form.checks[unmet.rule]
        yield Finding(
            rule.code, rule.level, rule.message, rule.fix, _cell_of(rule), unmet.row, rule.law or ret.form.law
        )


def _cell_of(rule: Check) -> str:
    """The box a check points at, as an address; a bare code in a check of rows is a column."""
    if rule.each and "[" not in rule.cell:
        return address(rule.each, rule.cell)
    return rule.cell[1:-1] if rule.cell.startswith("[") else rule.cell
