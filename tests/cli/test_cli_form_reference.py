"""The reference page of the forms says what law/forms says, all of it."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from khaithue.cli.form_reference import INDEX, page, pages, write
from khaithue.returns.catalogue import forms
from khaithue.returns.form import Form

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
FORMS = {f"{form.code} {form.basis} {form.version}": form for form in forms()}


def test_the_pages_in_docs_are_those_the_forms_render(tmp_path: Path) -> None:
    found = {INDEX: FOLDER / INDEX, **{f"forms/{path.name}": path for path in (FOLDER / "forms").iterdir()}}
    kept = {file: path.read_text(encoding="utf-8") for file, path in found.items()}
    assert kept == pages(), "python -m khaithue.cli.form_reference docs/reference"


def test_the_page_of_a_form_that_is_no_more_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "old.md").write_text("gone", encoding="utf-8")
    write(tmp_path)
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.md")}
    assert written == set(pages())


@pytest.mark.parametrize("name", FORMS)
def test_every_box_column_and_check_of_a_form_is_there(name: str) -> None:
    form = FORMS[name]
    text = unescape(page(form).replace("<br>", ""))
    boxes = [form.fields, *(part.fields for part in form.appendices.values())]
    boxes += [table.columns for table in form.tables.values()]
    for code, field in ((code, field) for group in boxes for code, field in group.items()):
        assert f"| `{code}` | {field.label.replace('|', '')}"[:40] in text
        assert field.calc.replace("|", "") in text
    for check in form.checks.values():
        assert f"| `{check.code}` | {check.level} |" in text
        assert check.message.vi in text
        assert check.fix.en in text


def test_every_form_version_is_in_the_contents_with_its_page() -> None:
    found = pages()
    links = re.findall(r"\]\((forms/[^)]+)\)", found[INDEX])
    assert len(links) == len(FORMS)
    assert set(links) == set(found) - {INDEX}


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    lines = [line for text in pages().values() for line in text.splitlines() if line.startswith("|")]
    width = 0
    for above, line in zip(["", *lines], lines, strict=False):
        cells = len(re.findall(r"(?<!\\)\|", line))
        width = cells if re.fullmatch(r"\|(---\|)+", line) else width
        assert not width or cells == width or _is_head(line, lines), (above, line)


def _is_head(line: str, lines: list[str]) -> bool:
    place = lines.index(line)
    return place + 1 < len(lines) and lines[place + 1].startswith("|---")


def test_a_newer_version_tells_what_changed() -> None:
    form = next(iter(FORMS.values()))
    code, field = next(iter(form.fields.items()))
    newer: Form = replace(
        form,
        xml={**form.xml, "pbanTKhaiXML": "9.9.9"},
        fields={**form.fields, code: replace(field, label="Một nhãn khác")},
    )
    text = page(newer, form)
    assert f"## Changes since {form.basis}, {form.version}" in text
    assert f"| `{code}` | label | {field.label} | Một nhãn khác |" in text
