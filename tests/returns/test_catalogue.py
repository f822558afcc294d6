"""Finding a form, telling two apart, and that a released one stays as it is."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from khaithue import law
from khaithue.obligations.period import Period
from khaithue.returns import catalogue, release
from khaithue.returns.diff import Change, diff
from khaithue.returns.form import Form
from khaithue.returns.head import head_of
from khaithue.returns.load import FormFileError, load
from tests.returns.toy_return import FORM, TEXT, faults


def test_every_form_is_found_by_its_names_and_by_its_xml_codes() -> None:
    for form in catalogue.forms():
        assert catalogue.find(form.code, form.basis, form.version) is form
        if form.ma_tkhai:
            assert catalogue.find_xml(form.ma_tkhai, form.version, form.frame) is form


def test_the_form_of_a_period_is_in_force_on_its_first_day() -> None:
    assert catalogue.forms()
    for form in catalogue.forms():
        found = catalogue.find_for(form.code, Period.parse(form.valid_from.isoformat()))
        assert found is not None
        assert found.code == form.code


def test_there_is_no_form_of_another_name_or_of_a_period_long_ago() -> None:
    assert catalogue.find("99/NONE", "", "") is None
    assert catalogue.find_xml("0", "0") is None
    assert catalogue.find_for("01/GTGT", Period.year(1990)) is None


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of forms in place of the law's own."""
    monkeypatch.setattr(law, "ROOT", tmp_path)
    (tmp_path / "forms").mkdir()
    catalogue.heads.cache_clear()
    yield tmp_path / "forms"
    catalogue.heads.cache_clear()


def test_the_head_of_a_file_is_what_the_whole_file_says() -> None:
    for path in law.names("forms"):
        assert head_of(law.text(path)) == tomllib.loads(law.text(path))["form"]
    assert len(catalogue.heads()) == len(catalogue.forms())


@pytest.mark.parametrize(
    "text", ["", "[fields]\n1 = 2\n[form]\ncode = 1", "[form]\ncode = ", "[form\n", "code = 1", "form = 1"]
)
def test_a_file_that_does_not_begin_with_its_head_has_none(text: str) -> None:
    assert head_of(text) is None


def test_a_fence_may_hold_a_line_that_looks_like_a_table() -> None:
    assert head_of('[form]\noutline = """\n[x]\n"""\nlaw = "a"\n[fields]\n') == {
        "outline": "[x]\n",
        "law": "a",
    }


def test_a_form_file_begins_with_its_head() -> None:
    text = TEXT.replace("[form]", "[links_]\n[form]")
    assert "toy.toml:1: the table [form] comes first, whole" in faults(text)


def test_a_broken_form_file_keeps_no_other_from_being_found(folder: Path) -> None:
    (folder / "toy-broken-head.toml").write_text("[form]\ncode =", encoding="utf-8")
    (folder / "toy-headless.toml").write_text(TEXT.replace('code = "01/TOY"\n', ""), encoding="utf-8")
    broken = TEXT.replace("01/TOY", "02/TOY").replace("count(people)", "count(")
    (folder / "toy-broken-formula.toml").write_text(broken, encoding="utf-8")
    (folder / "toy-whole.toml").write_text(TEXT, encoding="utf-8")
    found = catalogue.find("01/TOY", "TT1/2026/TT-BTC", "1.0.0")
    assert found is not None
    assert found == FORM
    assert catalogue.find_xml("1", "9.9.9") is None
    assert catalogue.find_for("01/TOY", Period.parse("2026-05")) is found
    with pytest.raises(FormFileError):
        catalogue.find("02/TOY", "TT1/2026/TT-BTC", "1.0.0")
    with pytest.raises(FormFileError):
        catalogue.forms()


def test_only_the_form_asked_for_is_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        text = TEXT.replace("01/TOY", f"{number}/TOY").replace('maTKhai = "1"', f'maTKhai = "{number}"')
        (folder / f"many-{number}.toml").write_text(text, encoding="utf-8")
    loaded: list[str] = []

    def counted(text: str, file: str) -> Form:
        loaded.append(file)
        return load(text, file)

    monkeypatch.setattr("khaithue.returns.load.load", counted)
    found = catalogue.find_xml("7", "1.0.0")
    assert found is not None
    assert (found.code, loaded) == ("7/TOY", ["forms/many-7.toml"])


PAPER = re.sub(r", xml = \"\S+\"", "", TEXT)
PAPER = re.sub(r"^xml = .*\n", "", PAPER, flags=re.MULTILINE)
PAPER = re.sub(r'outline = """.*?"""\n', "", PAPER, flags=re.DOTALL)
PAPER = PAPER.replace('header_style = "phuongXa"\n', 'xml = { pbanTKhaiXML = "1" }\n')


def test_a_form_without_an_xml_of_the_authority_needs_no_paths_and_is_found_by_no_xml_code(
    folder: Path,
) -> None:
    assert faults(PAPER) == []
    (folder / "paper.toml").write_text(PAPER, encoding="utf-8")
    assert catalogue.find_xml("", "1") is None
    form = catalogue.find("01/TOY", "TT1/2026/TT-BTC", "1")
    assert form is not None
    assert (form.ma_tkhai, form.version, form.header_style) == ("", "1", "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "money" }', 'kind = "money", xml = "ct1" }'),
        ('period = ["month", "quarter"]\n', 'period = ["month", "quarter"]\noutline = "ct1"\n'),
        ('title = "Người"\n', 'title = "Người"\nxml = "a"\n'),
        ('title = "Bảng kê"\n', 'title = "Bảng kê"\nxml = "a"\n'),
    ],
)
def test_a_form_without_an_xml_has_no_path_of_one(old: str, new: str) -> None:
    (said,) = faults(PAPER.replace(old, new, 1))
    assert "a form without maTKhai has no XML" in said


def test_the_boxes_that_tell_returns_apart_are_boxes_of_the_form() -> None:
    told = TEXT.replace("period = [", 'distinct = ["hoat_dong", "04"]\nperiod = [')
    assert load(told, "toy.toml").distinct == ("hoat_dong", "04")
    assert "distinct: there is no box 99" in faults(told.replace('"04"]', '"99"]'))[0]


def test_a_released_form_never_changes() -> None:
    assert release.changed() == []


def test_every_form_is_released() -> None:
    released = [path.removeprefix("forms/") for path in law.names("forms")]
    assert sorted(release.released()) == released, "run python -m khaithue.returns.release"


def test_releasing_adds_new_files_and_refuses_changed_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law, "ROOT", tmp_path)
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "a.toml").write_text("a", encoding="utf-8")
    assert (release.main(), list(release.released()), release.changed()) == (0, ["a.toml"], [])
    (tmp_path / "forms" / "b.toml").write_text("b", encoding="utf-8")
    assert (release.main(), list(release.released())) == (0, ["a.toml", "b.toml"])
    (tmp_path / "forms" / "a.toml").write_text("a ", encoding="utf-8")
    assert (release.main(), release.changed()) == (1, ["a.toml"])
    (tmp_path / "forms" / "a.toml").unlink()
    assert release.changed() == ["a.toml"]


def test_the_difference_of_two_versions_is_told_box_by_box() -> None:
    fields = dict(FORM.fields)
    fields["22"] = replace(fields["22"], label="Kỳ trước")
    fields["25"] = replace(fields["25"], calc="[23]")
    fields["28"] = replace(fields.pop("24"), code="28")
    checks = {"TOY-22": replace(FORM.checks["TOY-22"], rule="[22] = 0"), "TOY-3": FORM.checks["TOY-3"]}
    assert diff(FORM, replace(FORM, fields=fields, checks=checks)) == [
        Change("22", "label", "Kỳ trước chuyển sang", "Kỳ trước"),
        Change("25", "calc", "round([23] * [24] / 100)", "[23]"),
        Change("28", "added", "", "Tỷ lệ"),
        Change("24", "removed", "Tỷ lệ"),
        Change("TOY-22", "rule", "[22] <= [23] or not present([23])", "[22] = 0"),
        Change("TOY-K", "removed", "[2] <= up[3]"),
    ]


def test_a_form_does_not_differ_from_itself() -> None:
    assert diff(FORM, FORM) == []
