"""Every form of circular 92/2015 says what the circular prints: labels, sections, oath, who signs."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from khaithue.returns.catalogue import forms
from khaithue.returns.form import Appendix, Field, Form, Paper, Table, section_name

PRINTED = tomllib.loads((Path(__file__).parent / "printed_labels.toml").read_text(encoding="utf-8"))
WORDS = ("above", "below", "after", "remarks", "unit", "oath")


def plain(text: str) -> str:
    """A text without spaces, colons and the dots at its end; the place of a box is an ellipsis."""
    text = re.sub(r"\{[\w.]+\}|\.{3,}", "…", text)
    return "".join(text.split()).replace(":", "").rstrip(".…")


def plains(texts: Iterable[str]) -> list[str]:
    return [plain(text) for text in texts]


def form_of(printed: dict[str, Any]) -> Form:
    code = printed.get("of", printed["number"])
    return next(form for form in forms() if (form.code, form.basis) == (code, PRINTED["basis"]))


def part_of(printed: dict[str, Any]) -> Appendix | None:
    if "of" not in printed:
        return None
    return next(part for part in form_of(printed).appendices.values() if part.code == printed["number"])


def paper_of(printed: dict[str, Any]) -> Paper:
    part = part_of(printed)
    paper = part.paper if part else form_of(printed).paper
    assert paper is not None
    return paper


def boxes_of(printed: dict[str, Any]) -> Mapping[str, Field]:
    return (part_of(printed) or form_of(printed)).fields


def tables_of(printed: dict[str, Any]) -> Mapping[str, Table]:
    part = part_of(printed)
    return part.tables if part else form_of(printed).main_tables


def labels(said: dict[str, str]) -> dict[str, str]:
    return {code: plain(text) for codes, text in said.items() for code in codes.split()}


def on_paper(boxes: Mapping[str, Field], printed: dict[str, Any]) -> dict[str, str]:
    ours = printed.get("ours", "").split()
    return {code: plain(box.label) for code, box in boxes.items() if not box.unprinted and code not in ours}


def sections(printed: dict[str, Any]) -> Iterator[str]:
    form, part = form_of(printed), part_of(printed)
    yield from filter(None, map(section_name, part.head if part else form.layout.head))
    for row in part.print_rows if part else form.layout.rows:
        if len(row) == 2 and not row[1].startswith("{"):
            yield row[1]


ALL = pytest.mark.parametrize("printed", PRINTED["form"], ids=lambda printed: printed["number"])


@ALL
def test_a_form_has_the_title_the_paper_prints(printed: dict[str, Any]) -> None:
    title = (part_of(printed) or form_of(printed)).title
    assert plain(title).casefold() == plain(printed["title"]).casefold()


@ALL
def test_a_box_is_labelled_as_the_paper_labels_it(printed: dict[str, Any]) -> None:
    assert on_paper(boxes_of(printed), printed) == labels(printed.get("labels", {}))


@ALL
def test_a_column_is_headed_as_the_paper_heads_it(printed: dict[str, Any]) -> None:
    found = {name: on_paper(table.columns, printed) for name, table in tables_of(printed).items()}
    said = {name: labels(columns) for name, columns in printed.get("tables", {}).items()}
    assert {name: columns for name, columns in found.items() if columns} == said


@ALL
def test_the_words_around_the_boxes_are_the_papers(printed: dict[str, Any]) -> None:
    paper = paper_of(printed)
    for key in WORDS:
        found, said = getattr(paper, key), printed.get(key, ())
        assert (plain(found) if isinstance(found, str) else plains(found)) == (
            plain(said) if isinstance(said, str) else plains(said)
        ), key


@ALL
def test_those_sign_who_sign_the_paper(printed: dict[str, Any]) -> None:
    signers = paper_of(printed).signers
    assert plains(" / ".join(each.title) for each in signers) == plains(printed["signers"])
    assert plains(each.sign for each in signers) == plains(printed["signs"])


@ALL
def test_sections_and_columns_are_named_as_the_paper_names_them(printed: dict[str, Any]) -> None:
    assert plains(sections(printed)) == plains(printed.get("sections", ()))
    if "of" not in printed:
        layout = form_of(printed).layout
        assert plains(filter(None, layout.columns)) == plains(printed.get("columns_of_amounts", ()))
        said = (printed.get("title_of_labels", ""), printed.get("title_of_codes", ""))
        assert (plain(layout.labels), plain(layout.codes)) == (plain(said[0]), plain(said[1]))


def test_a_letter_that_differs_is_seen() -> None:
    assert plain("Tổng số thuế [39]=[23]+[28]") != plain("Tổng số thuế [38]=[23]+[28]")
    assert plain("Họ và tên:\n ") == plain("Họ và  tên")
    assert plain("gồm có {so_trang} trang") == plain("gồm có … trang")
