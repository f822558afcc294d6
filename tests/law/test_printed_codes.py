"""Every form of circular 92/2015 has exactly the codes the circular prints, in the circular's order."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from khaithue.returns.catalogue import forms
from khaithue.returns.form import Appendix, Field, Form, Table
from tests.cli.cli_runs import khaithue

PRINTED = tomllib.loads((Path(__file__).parent / "printed_codes.toml").read_text(encoding="utf-8"))
COUNTS = {
    "02/ĐK-NPT-TNCN": 29,
    "02/KK-TNCN": 37,
    "04/CNV-TNCN": 50,
    "05/KK-TNCN": 36,
    "06/TNCN": 40,
    "01/XSBHĐC": 38,
    "01-1/BK-XSBHĐC": 29,
    "05/QTT-TNCN": 46,
    "05-1/BK-QTT-TNCN": 38,
    "05-2/BK-QTT-TNCN": 24,
    "05-3/BK-QTT-TNCN": 22,
    "02/QTT-TNCN": 50,
    "02-1/BK-QTT-TNCN": 30,
    "01/TKN-XSBHĐC": 26,
    "01/CNKD": 50,
    "01-1/BK-CNKD": 17,
    "01/BC-SDHĐ-CNKD": 34,
    "01/BK-TTS": 23,
    "08/MGT-TNCN": 8,
}
"""Codes the paper prints, form by form, counted by hand."""


@dataclass(frozen=True)
class Part:
    """The boxes and tables that stand on one printed form or appendix."""

    fields: Mapping[str, Field]
    tables: Mapping[str, Table]


def _names(printed: dict[str, Any]) -> str:
    return str(printed["number"])


def _form(code: str) -> Form:
    return next(form for form in forms() if (form.code, form.basis) == (code, PRINTED["basis"]))


def _part(printed: dict[str, Any]) -> Part:
    form = _form(printed.get("of", printed["number"]))
    if "of" not in printed:
        return Part(form.fields, form.main_tables)
    found: Appendix = next(part for part in form.appendices.values() if part.code == printed["number"])
    return Part(found.fields, found.tables)


def _printed_code(key: str, codes: list[str]) -> str:
    """The code the paper prints for a box: column (c) of row [26] is our 26c, a second column our 26_…"""
    if key in codes:
        return key
    row = re.match(r"(?:[a-z_]+_)?(\d\d)(?:[a-z]|_[a-z_]+)?$", key)
    return row[1] if row and row[1] in codes else key


def _coded(boxes: Mapping[str, Field], printed: dict[str, Any]) -> list[str]:
    """The printed codes of the boxes, each once, in the order of the file; boxes without a code left out."""
    codes, left_out = printed["codes"].split(), printed.get("unprinted", "").split()
    found = dict.fromkeys(_printed_code(key, codes) for key in boxes if key not in left_out)
    return [code for code in found if code in codes or re.match(r"\d", code)]


def _lists(printed: dict[str, Any]) -> list[list[str]]:
    """The codes of the part's own boxes, then those of each of its tables."""
    part, coded_by_row = _part(printed), printed.get("first_rows", {})
    tables = [table.columns for table in part.tables.values() if table.name not in coded_by_row]
    return [_coded(boxes, printed) for boxes in (part.fields, *tables)]


def _codes_with_a_box(printed: dict[str, Any]) -> set[str]:
    """The printed codes but those of headings, and of the rows of a table that the part has."""
    tables = _part(printed).tables
    on_rows = [codes for table, codes in printed.get("first_rows", {}).items() if table in tables]
    without = " ".join([printed.get("headings", ""), *on_rows])
    return set(printed["codes"].split()) - set(without.split())


ALL = pytest.mark.parametrize("printed", PRINTED["form"], ids=_names)


@ALL
def test_the_list_of_printed_codes_has_as_many_as_the_paper(printed: dict[str, Any]) -> None:
    codes = printed["codes"].split()
    assert len(codes) == len(set(codes)) == printed["count"] == COUNTS.get(printed["number"], len(codes))


def test_every_form_that_was_counted_is_listed() -> None:
    assert set(COUNTS) <= {printed["number"] for printed in PRINTED["form"]}


@ALL
def test_a_form_has_every_code_the_paper_prints_and_no_other(printed: dict[str, Any]) -> None:
    ours = {code for codes in _lists(printed) for code in codes}
    assert sorted(ours) == sorted(_codes_with_a_box(printed))


@ALL
def test_the_codes_stand_in_printed_order(printed: dict[str, Any]) -> None:
    for ours in _lists(printed):
        assert ours == [code for code in printed["codes"].split() if code in ours]


@ALL
def test_what_the_paper_does_not_print_is_said_in_the_boxs_note(printed: dict[str, Any]) -> None:
    part = _part(printed)
    boxes = {
        **part.fields,
        **{key: box for table in part.tables.values() for key, box in table.columns.items()},
    }
    for key in printed.get("unprinted", "").split():
        assert boxes[key].note != "", key


@ALL
def test_a_slip_of_the_printed_form_is_said_in_the_boxs_note(printed: dict[str, Any]) -> None:
    for code in printed.get("noted", "").split():
        assert _part(printed).fields[code].note != "", code


@pytest.mark.parametrize("form", forms(), ids=lambda form: f"{form.code} {form.basis}")
def test_forms_show_tells_every_box_of_the_form_in_order(form: Form) -> None:
    spec = f"{form.code}@{form.basis}@{form.version}"
    said = khaithue("forms", "show", spec, "--json").json
    assert [box["code"] for box in said["fields"]] == list(form.fields)
    assert {part["name"]: [box["code"] for box in part["fields"]] for part in said["appendices"]} == {
        part.name: list(part.fields) for part in form.appendices.values()
    }
    shown = [(table["name"], [column["code"] for column in table["columns"]]) for table in said["tables"]]
    assert shown == [(name, list(table.columns)) for name, table in form.tables.items()]


def test_forms_list_names_every_form() -> None:
    said = khaithue("forms", "list", "--json").json
    listed = {(form["code"], form["basis"], form["version"]) for form in said["forms"]}
    assert listed == {(form.code, form.basis, form.version) for form in forms()}
