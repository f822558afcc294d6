"""The reference page of the forms says what law/forms says, all of it."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from khaithue.cli.form_reference import reference
from khaithue.returns.catalogue import forms
from khaithue.returns.form import Form

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "forms.md"
FORMS = {f"{form.code} {form.basis} {form.version}": form for form in forms()}


def test_the_page_in_docs_is_the_one_the_forms_render() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "python -m khaithue.cli.form_reference > docs/reference/forms.md"
    )


@pytest.mark.parametrize("name", FORMS)
def test_every_box_column_and_check_of_a_form_is_there(name: str) -> None:
    form = FORMS[name]
    page = unescape(reference([form]).replace("<br>", ""))
    boxes = [form.fields, *(part.fields for part in form.appendices.values())]
    boxes += [table.columns for table in form.tables.values()]
    for code, field in ((code, field) for group in boxes for code, field in group.items()):
        assert f"| `{code}` | {field.label.replace('|', '')}"[:40] in page
        assert field.calc.replace("|", "") in page
    for check in form.checks.values():
        assert f"| `{check.code}` | {check.level} |" in page
        assert check.message.vi in page
        assert check.fix.en in page


def test_every_link_of_the_contents_leads_to_a_heading() -> None:
    page = reference()
    links = re.findall(r"\]\(#([^)]+)\)", page)
    headings = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^## (.+)$", page, re.M)
    }
    assert len(links) == len(FORMS)
    assert set(links) <= headings


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    lines = [line for line in reference().splitlines() if line.startswith("|")]
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
    page = reference([form, newer])
    assert f"#### Changes since {form.basis}, {form.version}" in page
    assert f"| `{code}` | label | {field.label} | Một nhãn khác |" in page
