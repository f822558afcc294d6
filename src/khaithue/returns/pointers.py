"""What a form file points at by code: boxes of its layout, its checks and links, tables that have a place."""

from collections.abc import Iterator, Mapping

from khaithue.returns import letter
from khaithue.returns.form import Field, Form, placed, section_name

Fault = tuple[tuple[str, ...], str]
"""Where in the form file, and what is wrong there."""


def pointer_faults(form: Form) -> Iterator[Fault]:
    """Everything the form file names that is not there, each with its place in the file."""
    yield from _of_the_layout(form)
    yield from _table_places(form)
    yield from _of_the_appendices(form)
    yield from _of_checks_and_links(form)
    yield from _printed(("form", "distinct"), form.distinct, form.fields)


def _of_the_layout(form: Form) -> Iterator[Fault]:
    for key, skipped in (("rows", 2), ("head", 0)):
        for row in filter(_has_boxes, getattr(form.layout, key)):
            yield from _printed(("layout", key), row[skipped:], form.fields)
    for fault in letter.faults(form.layout.letter, form.fields, form.main_tables):
        yield ("layout", "letter"), fault


def _table_places(form: Form) -> Iterator[Fault]:
    """Every ``{name}`` of the layout is a table of the main part, placed there alone and once."""
    taken: set[str] = set()
    for key, alone in (("head", 1), ("rows", 2)):
        for row in getattr(form.layout, key):
            is_alone = len(row) == alone and bool(placed(row[-1]))
            for name in filter(None, map(placed, row)):
                if wrong := _misplaced(form, name, taken, is_alone=is_alone):
                    yield ("layout", key), f"{key}: {{{name}}} {wrong}"
                taken.add(name)


def _misplaced(form: Form, name: str, taken: set[str], *, is_alone: bool) -> str:
    table = form.main_tables.get(name)
    if table is None or table.parent:
        return "is no table of the main part's own"
    if name in taken:
        return "has a place already"
    return "" if is_alone else "stands with something else"


def _of_the_appendices(form: Form) -> Iterator[Fault]:
    for part in form.appendices.values():
        for row in part.print_rows:
            yield from _printed(("appendices", part.name, "print"), row[2:], part.fields)
        for row in filter(_has_boxes, part.head):
            yield from _printed(("appendices", part.name, "head"), row, part.fields)


def _of_checks_and_links(form: Form) -> Iterator[Fault]:
    for check in form.checks.values():
        if not _has_cell(form, check.cell, check.each):
            hint = f"; a column is written {check.each}[code]" if check.each else ""
            yield ("checks", check.code), f"{check.code} cell: no box {check.cell}{hint}"
    for number, link in enumerate(form.links):
        if not _has_cell(form, link.cell, ""):
            yield ("links", str(number), "cell"), f"links: there is no box {link.cell}"


def _printed(path: tuple[str, ...], codes: tuple[str, ...], fields: Mapping[str, Field]) -> Iterator[Fault]:
    for code in codes:
        if code and code not in fields and not placed(code):
            yield path, f"{path[-1]}: there is no box {code}"


def _has_boxes(row: tuple[str, ...]) -> bool:
    return not section_name(row)


def _has_cell(form: Form, cell: str, each: str) -> bool:
    part, bracket, code = cell.rstrip("]").partition("[")
    if each and not bracket:
        return each in form.tables and cell in form.tables[each].columns
    if not bracket:
        return cell in form.fields
    if not part:
        return code in form.fields
    if part in form.appendices:
        return code in form.appendices[part].fields
    return part in form.tables and code in form.tables[part].columns
