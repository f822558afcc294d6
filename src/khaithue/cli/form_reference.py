"""The reference page of the forms (docs/reference/forms.md), rendered from ``law/forms``.

``python -m khaithue.cli.form_reference`` prints it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from khaithue.exchange.shape import frame
from khaithue.returns.catalogue import forms as all_forms
from khaithue.returns.diff import Change, diff
from khaithue.returns.form import Appendix, Check, Field, Form, Table

HEAD = """# Forms

Rendered from `law/forms` by `python -m khaithue.cli.form_reference`; a test compares this page with them.
Labels stand as the form prints them. A formula reads as docs/reference/form-files.md says; *prefilled* is
what a new return starts with. A box's XML path is below its part (`CTieuTKhaiChinh`, an appendix, a row);
`header:` names an element of the common header. Where a box names no law of its own, the form's law holds.
"""
ESCAPES = str.maketrans({"|": "\\|", "\n": " "})


def reference(forms: Sequence[Form] | None = None) -> str:
    """The whole page as Markdown: a list of all forms, then each with its boxes, checks and changes."""
    known = sorted(all_forms() if forms is None else forms, key=_age)
    parts = [HEAD, _contents(known)]
    for _, versions in groupby(known, key=lambda form: form.code):
        before: Form | None = None
        for form in versions:
            parts.append(_form(form, before))
            before = form
    return "\n".join(parts)


def _age(form: Form) -> tuple[str, date, list[int]]:
    """What puts the versions of a form beside one another, the oldest first."""
    return form.code, form.valid_from, [int(part) for part in form.version.split(".") if part.isdigit()]


def _contents(forms: Iterable[Form]) -> str:
    rows = [
        (
            f"[{form.code}](#{_anchor(form)})",
            form.title,
            form.basis,
            form.version,
            _valid(form),
            ", ".join(form.periods),
        )
        for form in forms
    ]
    return _table(("form", "title", "basis", "version", "for periods", "filed by"), rows)


def _form(form: Form, before: Form | None) -> str:
    parts = [
        f"## {_title(form)}",
        "",
        form.title,
        "",
        _identity(form),
        _boxes("Boxes", form.fields, form.law),
    ]
    parts += [_appendix(part, form.law) for part in form.appendices.values()]
    parts += [_links(form), _checks(form.checks.values())]
    if before:
        parts.append(_changes(before, diff(before, form)))
    return "\n".join(part for part in parts if part or part == "")


def _title(form: Form) -> str:
    return f"{form.code} ({form.basis}, {form.version})"


def _anchor(form: Form) -> str:
    """The anchor Markdown readers give the heading of a form.

    Letters in lower case, spaces as hyphens, everything else but digits, hyphens and underscores left out.
    """
    kept = (letter for letter in _title(form).lower() if letter.isalnum() or letter in " -_")
    return "".join(kept).replace(" ", "-")


def _valid(form: Form) -> str:
    last = f" to {form.valid_to}" if form.valid_to else " on"
    return f"{form.valid_from}{last}"


def _identity(form: Form) -> str:
    rows = [
        ("law", form.law),
        ("issued", form.xml.get("moTaBMau", "")),
        ("for periods beginning", _valid(form)),
        ("filed by", ", ".join(form.periods)),
        (
            "XML",
            ", ".join(f"{name} {text}" for name, text in _numbers(form) if text),
        ),
    ]
    return _table(("", ""), rows)


def _numbers(form: Form) -> tuple[tuple[str, str], tuple[str, str]]:
    """The form's number and version under the names its frame gives them."""
    names = frame(form.frame)
    return (names.code, form.ma_tkhai), (names.version, form.version)


def _appendix(part: Appendix, law: str) -> str:
    parts = [
        f"### {part.code}: {part.title}",
        "",
        f"Named `{part.name}` in formulas; XML `PLuc/{part.xml}`.",
        "",
    ]
    for table in part.tables.values():
        above = f", in each row of `{table.parent}`" if table.parent else ""
        parts.append(f"Table `{table.name}`: {table.title}{above}; a row is `{_row_path(part, table)}`.\n")
        parts.append(_boxes("", table.columns, law))
    if part.fields:
        parts.append(_boxes(f"Own boxes of {part.code}", part.fields, law))
    return "\n".join(parts)


def _row_path(part: Appendix, table: Table) -> str:
    if not table.parent:
        return table.xml
    return f"{_row_path(part, part.tables[table.parent])}/{table.xml}"


def _boxes(title: str, fields: Mapping[str, Field], law: str) -> str:
    head = f"#### {title}\n\n" if title else ""
    rows = [_box(field, law) for field in fields.values()]
    return head + _table(("box", "label", "kind", "formula", "XML", "law", "note"), rows)


def _box(field: Field, law: str) -> tuple[str, ...]:
    formula = f"`{field.calc}`" if field.calc else ""
    if field.prefill:
        formula = f"*prefilled* `{field.prefill}`"
    if field.default:
        formula = f"{formula} *default* `{field.default}`".strip()
    choices = "; ".join(f"`{key}` {text}" for key, text in (field.choices or {}).items())
    path = f"header: `{field.header}`" if field.header else f"`{field.xml}`" if field.xml else ""
    own_law = "" if field.law == law else field.law
    note = " ".join(text for text in (field.note, choices) if text)
    return f"`{field.code}`", _words(field.label), _kind(field), formula, path, own_law, _words(note)


def _words(text: str) -> str:
    """A text of the form with no mark that Markdown would take for HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _kind(field: Field) -> str:
    marks = [field.kind.value, "required" if field.required else ""]
    marks += [f"≥ {field.min}" if field.min is not None else "", field.unit]
    return ", ".join(mark for mark in marks if mark)


def _links(form: Form) -> str:
    if not form.links:
        return ""
    rows = [(f"`{link.cell}`", f"`{link.source}`", link.note) for link in form.links]
    return "#### Links\n\n" + _table(("box", "agrees with", "note"), rows)


def _checks(checks: Iterable[Check]) -> str:
    rows = [_check(check) for check in checks]
    if not rows:
        return ""
    titles = ("code", "level", "box", "must hold", "what is wrong", "what to do", "law")
    return "#### Checks\n\n" + _table(titles, rows)


def _check(check: Check) -> tuple[str, ...]:
    place = f"`{check.cell}` in each row of `{check.each}`" if check.each else f"`{check.cell}`"
    message = f"{_words(check.message.vi)}<br>{_words(check.message.en)}"
    fix = f"{_words(check.fix.vi)}<br>{_words(check.fix.en)}"
    return f"`{check.code}`", check.level.value, place, f"`{check.rule}`", message, fix, check.law


def _changes(before: Form, changes: Sequence[Change]) -> str:
    head = f"#### Changes since {before.basis}, {before.version}\n\n"
    rows = [(f"`{change.cell}`", change.what, change.before, change.after) for change in changes]
    return head + (_table(("box", "change", "before", "after"), rows) if rows else "None.\n")


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(titles), "|" + "---|" * len(titles), *(_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.translate(ESCAPES) for cell in cells) + " |"


if __name__ == "__main__":
    print(reference(), end="")
