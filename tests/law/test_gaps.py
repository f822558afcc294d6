"""Nothing of a form goes untried: the scenarios it lacks are listed as lines, and the list is empty."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from khaithue.exchange.returns_xml import read, write
from khaithue.printing import document, sheet
from khaithue.printing.pdf import pdf
from khaithue.returns.catalogue import forms
from khaithue.returns.check import check
from khaithue.returns.compute import compute
from khaithue.returns.form import NUMERIC, Field, Form, Kind
from khaithue.returns.model import Return, Row, Value
from tests.law.law_cases import Scenario, all_rows, scenarios

ALL = scenarios()
AMOUNTS = NUMERIC - {Kind.COUNT}


def _is_worked(case: Scenario) -> bool:
    return "/checks:" not in case.name


def _mine(form: Form) -> list[Scenario]:
    return [case for case in ALL if case.filed.form is form]


def _worked(form: Form) -> list[Scenario]:
    return [case for case in _mine(form) if _is_worked(case)]


def _rows(rows: tuple[Row, ...], form: Form, table: str) -> Iterator[tuple[Field, Value]]:
    for row in rows:
        yield from _boxes(form.tables[table].columns, row.values)
        for name, below in row.children.items():
            yield from _rows(below, form, name)


def _boxes(fields: Mapping[str, Field], values: Mapping[str, Value]) -> Iterator[tuple[Field, Value]]:
    return ((fields[code], value) for code, value in values.items() if value not in (None, "", False))


def _filled(ret: Return) -> list[tuple[Field, Value]]:
    """Every box of the return that is not blank, with its value."""
    form = ret.form
    found = list(_boxes(form.fields, ret.values))
    for name, values in ret.totals.items():
        found += _boxes(form.appendices[name].fields, values)
    for name, rows in ret.tables.items():
        found += _rows(rows, form, name)
    return found


def _has_amounts(case: Scenario) -> bool:
    return any(box.kind in AMOUNTS and value != 0 for box, value in _filled(case.filed))


def _size(case: Scenario) -> int:
    return len(_filled(case.filed))


def _missing_cases(form: Form) -> Iterator[str]:
    """A filled return and a nil one, both without findings."""
    clean = [case for case in _worked(form) if not case.findings]
    sizes = [_size(case) for case in clean]
    if not any(sizes):
        yield "no filled return without findings"
    if not any(_is_nil(case, sizes) for case in clean):
        yield "no nil (or minimal) return without findings"


def _is_nil(case: Scenario, sizes: list[int]) -> bool:
    """Whether a return is nil beside the filled ones; ``sizes`` are those of all, itself among them.

    A return without amounts, smaller than the largest, is nil; one with an amount brought forward is marked,
    and so is one of several on a form whose every box is required: nothing smaller can be written on it.
    """
    if _size(case) < max(sizes):
        return case.is_nil or not _has_amounts(case)
    return case.is_nil and len(sizes) > 1 and len(set(sizes)) == 1


def _untried_checks(form: Form) -> Iterator[str]:
    failing = frozenset[str]().union(*(case.findings for case in _mine(form)))
    passing = frozenset[str]().union(*(case.passes for case in _mine(form)))
    yield from (f"check {code}: no return breaks it" for code in form.checks if code not in failing)
    yield from (f"check {code}: no near miss" for code in form.checks if code not in passing)
    yield from (f"check {code}: the form has none" for code in sorted((failing | passing) - set(form.checks)))


def _empty_tables(form: Form) -> Iterator[str]:
    for table in form.tables:
        if not any(all_rows(case.filed, table) for case in _worked(form)):
            yield f"table {table}: no worked return has a row"


def _worked_boxes(form: Form) -> set[tuple[str, str]]:
    """Part or table (main part: blank) and code of every box whose figure a worked return names."""
    found: set[tuple[str, str]] = set()
    for case in _worked(form):
        found.update(("", code) for code in case.values)
        found.update((part, code) for part, boxes in case.totals.items() for code in boxes)
        found.update((table, code) for table, rows in case.rows.items() for row in rows for code in row)
    return found


def _unworked_boxes(form: Form) -> Iterator[str]:
    places = {"": form.fields}
    places |= {name: part.fields for name, part in form.appendices.items()}
    worked = _worked_boxes(form)
    for place, boxes in (places | {name: table.columns for name, table in form.tables.items()}).items():
        for code, box in boxes.items():
            if box.calc and (place, code) not in worked:
                yield f"computed box {place}[{code}]: no worked return names its figure"


def _wrong_cases(form: Form) -> Iterator[str]:
    for case in _worked(form):
        done = compute(case.filed)
        found = frozenset(finding.code for finding in check(done))
        if found != case.findings:
            yield f"{case.name}: check finds {sorted(found)}, not {sorted(case.findings)}"
        yield from (f"{case.name}: {fault}" for fault in _paper_faults(done))
        if form.ma_tkhai:
            yield from (f"{case.name}: {fault}" for fault in _xml_faults(done))


def _paper_faults(ret: Return) -> Iterator[str]:
    page = document(sheet(ret))
    missing = [title for title in _titles(ret.form) if title not in page]
    yield from (f"the printed page does not carry {title!r}" for title in missing)
    if not pdf(ret).startswith(b"%PDF-"):
        yield "no PDF"


def _titles(form: Form) -> list[str]:
    """What the paper is headed with: the form's title, of a letter the headings that no box fills."""
    headings = [each.text.removeprefix("## ") for each in form.layout.letter if each.text.startswith("## ")]
    return [text for text in headings if "{" not in text] or [form.title]


def _told(ret: Return) -> list[tuple[str, Value]]:
    """The boxes that XML tells, without amounts of 0 and texts left blank."""
    return [(box.xml, value) for box, value in _filled(ret) if box.xml and value != 0]


def _xml_faults(ret: Return) -> Iterator[str]:
    written = write(ret)
    again = read(written)
    if again.findings or again.return_ is None:
        yield f"its XML is read with findings {[finding.code for finding in again.findings]}"
    elif sorted(_told(again.return_), key=repr) != sorted(_told(ret), key=repr):
        yield "its XML does not come back to the same figures"
    elif write(again.return_) != written:
        yield "its XML is not written again to the byte"


def _gaps(form: Form) -> list[str]:
    lacking = [*_missing_cases(form), *_untried_checks(form), *_empty_tables(form), *_unworked_boxes(form)]
    found = [*lacking, *_wrong_cases(form)]
    return [f"{form.code} ({form.basis}): {gap}" for gap in found]


@pytest.mark.parametrize("form", forms(), ids=lambda form: f"{form.code} {form.basis}")
def test_nothing_of_a_form_goes_untried(form: Form) -> None:
    gaps = _gaps(form)
    assert gaps == [], "\n".join(["what is missing:", *gaps])


def test_a_form_without_cases_is_told_in_words() -> None:
    form = next(form for form in forms() if form.code == "05/KK-TNCN" and not form.appendices)
    (check_code, *_) = form.checks
    computed = {code: box for code, box in form.fields.items() if code in ("23", "24")}
    alone = replace(
        form, code="99/MỚI", basis="TT1", checks={check_code: form.checks[check_code]}, fields=computed
    )
    assert _gaps(alone) == [
        "99/MỚI (TT1): no filled return without findings",
        "99/MỚI (TT1): no nil (or minimal) return without findings",
        f"99/MỚI (TT1): check {check_code}: no return breaks it",
        f"99/MỚI (TT1): check {check_code}: no near miss",
        "99/MỚI (TT1): computed box [23]: no worked return names its figure",
    ]
