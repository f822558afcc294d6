"""Finding a form, telling two apart, and that a released one stays as it is."""

from dataclasses import replace
from pathlib import Path

import pytest

from khaithue import law
from khaithue.obligations.period import Period
from khaithue.returns import catalogue, release
from khaithue.returns.diff import Change, diff
from tests.returns.toy_return import FORM


def test_every_form_is_found_by_its_names_and_by_its_xml_codes() -> None:
    for form in catalogue.forms():
        assert catalogue.find(form.code, form.basis, form.version) is form
        assert catalogue.find_xml(form.xml["maTKhai"], form.version) is form


def test_the_form_of_a_period_is_in_force_on_its_first_day() -> None:
    assert catalogue.forms()
    for form in catalogue.forms():
        day = form.valid_from
        found = catalogue.find_for(form.code, Period.month(day.year, day.month))
        assert found is not None
        assert found.code == form.code


def test_there_is_no_form_of_another_name_or_of_a_period_long_ago() -> None:
    assert catalogue.find("99/NONE", "", "") is None
    assert catalogue.find_xml("0", "0") is None
    assert catalogue.find_for("01/GTGT", Period.year(1990)) is None


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
