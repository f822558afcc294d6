"""The reference of the forms (docs/reference/forms.md and a page for each form version), from ``law/forms``.

``python -m khaithue.cli.form_reference docs/reference`` writes them all.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path, PurePosixPath

from khaithue import law
from khaithue.exchange.shape import frame
from khaithue.law.dated import Confidence
from khaithue.returns.catalogue import Head, heads
from khaithue.returns.diff import Change, diff
from khaithue.returns.form import Appendix, Check, Field, Form, Table

INDEX = "forms.md"
HEAD = """# Forms

Written from `law/forms` by `python -m khaithue.cli.form_reference docs/reference`; a test compares these
pages with them. Each form version has a page of its own: its boxes, formulas, checks, XML paths, law, and
what changed since the version before.

"""
READING = """Labels stand as the form prints them. A formula reads as [form-files.md](../form-files.md) says;
*prefilled* is what a new return starts with. A box's XML path is below its part (`CTieuTKhaiChinh`, an
appendix, a row); `header:` names an element of the common header. Where a box names no law of its own, the
form's law holds.
"""
ESCAPES = str.maketrans({"|": "\\|", "\n": " "})


def pages() -> dict[str, str]:
    """Every page as Markdown by its path below docs/reference: the list of all forms, a page for each."""
    known = sorted(heads(), key=_age)
    found = {INDEX: HEAD + _contents(known)}
    for _, versions in groupby(known, key=lambda head: head.code):
        before: Form | None = None
        for head in versions:
            found[_file(head)] = page(head.form(), before, _comment(head))
            before = head.form()
    return found


def page(form: Form, before: Form | None = None, comment: str = "") -> str:
    """One form version with its boxes, checks and what changed since the version before."""
    parts = [
        f"# {form.code} ({form.basis}, {form.version})\n",
        f"{form.title}\n",
        _words(comment) + "\n" if comment else "",
        READING,
        _identity(form),
        _boxes("## Boxes", form.fields, form.law),
    ]
    parts += [_appendix(part, form.law) for part in form.appendices.values()]
    parts += [_links(form), _checks(form.checks.values())]
    if before:
        parts.append(_changes(before, diff(before, form)))
    return "\n".join(part for part in parts if part)


def write(folder: Path) -> None:
    """Write every page below a folder and take away those of forms that are no more."""
    found = pages()
    for old in (folder / PurePosixPath(INDEX).stem).glob("*.md"):
        old.unlink()
    for file, text in found.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")


def _age(head: Head) -> tuple[str, date, list[int]]:
    """What puts the versions of a form beside one another, the oldest first."""
    return head.code, head.valid_from, [int(part) for part in head.version.split(".") if part.isdigit()]


def _file(head: Head) -> str:
    return f"{PurePosixPath(INDEX).stem}/{PurePosixPath(head.path).stem}.md"


def _comment(head: Head) -> str:
    """What the form file says of itself in its first lines."""
    lines = law.text(head.path).splitlines()
    end = next(n for n, line in enumerate(lines) if not line.startswith("#"))
    return " ".join(line.lstrip("# ") for line in lines[:end])


def _contents(known: Iterable[Head]) -> str:
    titles = ("form", "title", "circular", "XML", "for periods", "filed by", "notes")
    return _table(titles, [_entry(head) for head in known])


def _entry(head: Head) -> tuple[str, ...]:
    xml = f"{head.ma_tkhai} {head.version}" if head.ma_tkhai else "none: printed or kept as JSON"
    link = f"[{head.code}]({_file(head)})"
    return link, head.title, head.basis, xml, _valid(head), ", ".join(head.periods), _words(_comment(head))


def _valid(form: Form | Head) -> str:
    last = f" to {form.valid_to}" if form.valid_to else " on"
    return f"{form.valid_from}{last}"


def _identity(form: Form) -> str:
    rows = [
        ("law", form.law),
        *([("confidence", form.confidence.value)] if form.confidence is not Confidence.HIGH else []),
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
    named = f"## {part.code}: {part.title}\n\nNamed `{part.name}` in formulas; XML `PLuc/{part.xml}`.\n"
    parts = ["## Tables of the main part\n" if part.is_main else named]
    for table in part.tables.values():
        above = f", in each row of `{table.parent}`" if table.parent else ""
        parts.append(f"Table `{table.name}`: {table.title}{above}; a row is `{_row_path(part, table)}`.\n")
        parts.append(_boxes("", table.columns, law))
    if part.fields:
        parts.append(_boxes(f"### Own boxes of {part.code}", part.fields, law))
    return "\n".join(parts)


def _row_path(part: Appendix, table: Table) -> str:
    if not table.parent:
        return table.xml
    return f"{_row_path(part, part.tables[table.parent])}/{table.xml}"


def _boxes(title: str, fields: Mapping[str, Field], law: str) -> str:
    head = f"{title}\n\n" if title else ""
    rows = [_box(field, law) for field in fields.values()]
    return head + _table(("box", "label", "kind", "formula", "XML", "law", "help and notes"), rows)


def _box(field: Field, law: str) -> tuple[str, ...]:
    formula = f"`{field.calc}`" if field.calc else ""
    if field.prefill:
        formula = f"*prefilled* `{field.prefill}`"
    if field.default:
        formula = f"{formula} *default* `{field.default}`".strip()
    choices = "; ".join(f"`{key}` {text}" for key, text in (field.choices or {}).items())
    path = f"header: `{field.header}`" if field.header else f"`{field.xml}`" if field.xml else ""
    own_law = "" if field.law == law else field.law
    note = " ".join(text for text in (field.help, field.note, choices) if text)
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
    return "## Links\n\n" + _table(("box", "agrees with", "note"), rows)


def _checks(checks: Iterable[Check]) -> str:
    rows = [_check(check) for check in checks]
    if not rows:
        return ""
    titles = ("code", "level", "box", "must hold", "what is wrong", "what to do", "law")
    return "## Checks\n\n" + _table(titles, rows)


def _check(check: Check) -> tuple[str, ...]:
    place = f"`{check.cell}` in each row of `{check.each}`" if check.each else f"`{check.cell}`"
    message = f"{_words(check.message.vi)}<br>{_words(check.message.en)}"
    fix = f"{_words(check.fix.vi)}<br>{_words(check.fix.en)}"
    return f"`{check.code}`", check.level.value, place, f"`{check.rule}`", message, fix, check.law


def _changes(before: Form, changes: Sequence[Change]) -> str:
    head = f"## Changes since {before.basis}, {before.version}\n\n"
    rows = [(f"`{change.cell}`", change.what, change.before, change.after) for change in changes]
    return head + (_table(("box", "change", "before", "after"), rows) if rows else "None.\n")


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(titles), "|" + "---|" * len(titles), *(_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.translate(ESCAPES) for cell in cells) + " |"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
