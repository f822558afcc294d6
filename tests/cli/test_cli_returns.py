"""calc, check, explain and convert on real files of the authority's own program."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.cli.cli_runs import FINALISATION, VAT, WITHHOLDING, khaithue


def changed(tmp_path: Path, old: bytes, new: bytes) -> Path:
    text = VAT.read_bytes()
    assert text.count(old) == 1
    file = tmp_path / "changed.xml"
    file.write_bytes(text.replace(old, new))
    return file


def canonical(file: Path) -> bytes:
    return etree.tostring(etree.fromstring(file.read_bytes()), method="c14n")


@pytest.mark.near_miss("CLI-NOT-A-FILE", "CLI-NOT-FOUND", "CLI-UNREADABLE")
@pytest.mark.parametrize("sample", [VAT, WITHHOLDING, FINALISATION], ids=lambda path: path.name[:3])
def test_the_real_returns_of_the_authoritys_program_are_fine(sample: Path) -> None:
    said = khaithue("check", sample, "--json")
    assert said.code == 0
    assert said.json["ok"] is True
    assert not [found for found in said.json["findings"] if found["level"] == "error"]


def test_check_says_the_form_the_period_the_taxpayer_and_that_nothing_is_signed() -> None:
    document = khaithue("check", VAT, "--json").json
    assert document["form"] == {"code": "01/GTGT", "basis": "TT80/2021/TT-BTC", "version": "2.8.3"}
    assert document["period"] == "2026-05"
    assert document["taxpayer"] == {"mst": "0319900012", "name": "CÔNG TY TNHH MẪU A"}
    assert document["signed"] is False
    assert document["values"]["22"] == 1_590_900_786
    assert document["values"]["PL_NQ142_GTGT[9]"] == 116_175_612
    assert document["tables"]["nq142_sales"][0]["values"]["3"] == 5_808_780_610


def test_a_wrong_sum_is_an_error_at_its_box_and_exit_code_1(tmp_path: Path) -> None:
    file = changed(tmp_path, b"<ct43>1807607833</ct43>", b"<ct43>1807607834</ct43>")
    said = khaithue("check", file, "--json")
    assert said.code == 1
    assert ("43", "error") in [(found["cell"], found["level"]) for found in said.json["findings"]]
    printed = khaithue("check", file)
    assert printed.code == 1
    assert "[43]" in printed.out


def test_calc_mends_the_sum_and_prints_boxes_in_printed_order_with_labels(tmp_path: Path) -> None:
    file = changed(tmp_path, b"<ct43>1807607833</ct43>", b"<ct43>5</ct43>")
    said = khaithue("calc", file, "--json")
    assert said.code == 0
    assert said.json["values"]["43"] == 1_590_900_786 + 681_407_943 - 464_700_896
    printed = khaithue("calc", file).out
    places = [printed.index(f"[{code}]") for code in ("22", "23", "25", "27", "40a", "43")]
    assert places == sorted(places)
    assert "1.807.607.833" in printed
    assert "Thuế giá trị gia tăng còn được" in printed


def test_explain_names_every_operand_with_label_value_and_law_and_the_branch_taken() -> None:
    said = khaithue("explain", VAT, "40a", "--json")
    assert said.code == 0
    explanation = said.json["explanation"]
    assert [each["cell"] for each in explanation["operands"]] == ["36", "22", "37", "38", "39a"]
    assert all(each["label"] and each["law"] for each in explanation["operands"])
    assert explanation["value"] == 0
    assert explanation["taken"] == [{"choice": "max(0, [36] - [22] + [37] - [38] - [39a])", "branch": "0"}]
    assert said.json["values"]["36"] == 464_700_896 - 681_407_943
    printed = khaithue("explain", VAT, "[40a]").out
    for words in ("[36]", "(216.707.047)", "Lấy nhánh", "Căn cứ", "Điều chỉnh giảm"):
        assert words in printed


def test_explain_says_what_to_write_in_a_box_that_is_typed() -> None:
    said = khaithue("explain", VAT, "22", "--json").json["help"]
    assert said.startswith("Lấy chỉ tiêu [43]")
    assert "Hướng dẫn: Lấy chỉ tiêu [43]" in " ".join(khaithue("explain", VAT, "22").out.split())
    assert khaithue("explain", VAT, "40a", "--json").json["help"] is None


@pytest.mark.near_miss("CLI-CELL")
def test_explain_reaches_boxes_of_appendices_and_rows_of_tables() -> None:
    box = khaithue("explain", VAT, "PL_NQ142_GTGT[9]", "--json").json
    assert box["explanation"]["value"] == 116_175_612
    row = khaithue("explain", VAT, "nq142_sales[6]#1", "--json").json
    assert (row["cell"], row["row"]) == ("nq142_sales[6]", 1)
    assert row["values"]["nq142_sales[3]"] == 5_808_780_610


def test_explain_tells_the_rate_with_its_days_and_article_and_the_branch_of_an_if() -> None:
    row = khaithue("explain", FINALISATION, "people[24]#1", "--json").json["explanation"]
    (scale,) = row["rates"]
    assert (scale["name"], scale["valid"]["to"]) == ("pit_wages_year", "2025-12-31")
    assert "04/2007/QH12" in scale["law"]
    assert scale["brackets"][0] == {"top": 60_000_000, "rate": "1/20"}
    assert scale["brackets"][-1]["top"] is None
    assert row["taken"][-1]["branch"] == "round(scale(pit_wages_year, [21]))"
    printed = khaithue("explain", FINALISATION, "people[24]#1", "--depth", 1).out
    for words in ("pit_wages_year", "2025-12-31", "= có", "Lấy nhánh"):
        assert words in printed


def test_explain_reports_what_check_finds_about_the_box(tmp_path: Path) -> None:
    file = changed(tmp_path, b"<ct43>1807607833</ct43>", b"<ct43>5</ct43>")
    assert khaithue("explain", file, "43").code == 1
    assert khaithue("explain", file, "41").code == 0


@pytest.mark.error("CLI-CELL")
@pytest.mark.parametrize(
    "cell", ["99", "\x1b[31m", "nq142_sales[6]", "nq142_sales[6]#2", "PL[1]", "[", "", "40a#1"]
)
def test_a_box_that_is_not_there_is_refused(cell: str) -> None:
    said = khaithue("explain", VAT, cell, "--json")
    assert (said.code, said.codes) == (2, ["CLI-CELL"])


@pytest.mark.near_miss("CLI-NOT-IN-XML", "CLI-SIGNATURE-DROPPED")
@pytest.mark.parametrize("sample", [VAT, WITHHOLDING, FINALISATION], ids=lambda path: path.name[:3])
def test_to_json_and_back_gives_the_same_canonical_xml(sample: Path, tmp_path: Path) -> None:
    between, back = tmp_path / "a.json", tmp_path / "b.xml"
    assert khaithue("convert", sample, between).code == 0
    assert json.loads(between.read_text(encoding="utf-8"))
    assert khaithue("convert", between, back).code == 0
    assert canonical(back) == canonical(sample)
    assert (
        khaithue("check", between, "--json").json["values"]
        == khaithue("check", sample, "--json").json["values"]
    )


def test_convert_never_overwrites_its_input_and_another_file_only_by_force(tmp_path: Path) -> None:
    source, target = tmp_path / "a.xml", tmp_path / "b.json"
    source.write_bytes(VAT.read_bytes())
    target.write_text("kept")
    for args, code in (
        ((source, source, "--force"), "CLI-SAME-FILE"),
        ((source, target), "CLI-EXISTS"),
        ((source, tmp_path / "none" / "b.json"), "CLI-NO-DIRECTORY"),
        ((source, tmp_path / "b.xlsx"), "FILE-EXTENSION"),
    ):
        said = khaithue("convert", *args, "--json")
        assert (said.code, said.codes) == (2, [code])
    assert target.read_text() == "kept"
    assert source.read_bytes() == VAT.read_bytes()
    assert khaithue("convert", source, target, "--force", "--json").json["written"] == str(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xml", "b.json"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xml", b""),
        ("a.xml", b"\x00\xff\xfe garbage"),
        ("a.xml", b"<a/>"),
        ("a.xml", b"<?xml version='1.0'?><!DOCTYPE a><a/>"),
        ("a.json", b"\xff\x00"),
        ("a.json", b"[1]"),
        ("a.json", b"{}"),
        ("a.json", b"{" * 100_000),
        ("a.txt", b"text"),
        ("a", b"text"),
    ],
)
@pytest.mark.parametrize("command", [("check",), ("calc",), ("explain", "40a")])
def test_a_file_that_is_not_a_return_is_unusable_and_says_why(
    command: tuple[str, ...], name: str, content: bytes, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    said = khaithue(command[0], file, *command[1:], "--json")
    assert said.code == 2
    assert said.json["values"] == {}
    assert said.codes
    printed = khaithue(command[0], file, *command[1:])
    assert (printed.code, printed.out) == (2, "")
    assert said.codes[0] in printed.err


def test_a_missing_file_and_a_directory_are_unusable(tmp_path: Path) -> None:
    assert khaithue("check", tmp_path / "none.xml", "--json").codes == ["CLI-NOT-FOUND"]
    assert khaithue("check", tmp_path, "--json").codes == ["CLI-NOT-A-FILE"]


def as_json(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    file = tmp_path / "a.json"
    assert khaithue("convert", VAT, file).code == 0
    return file, json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.error("CLI-NOT-IN-XML")
def test_characters_that_xml_cannot_carry_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file, document = as_json(tmp_path)
    document["header"]["tenNNT"] = "A\x01B"
    file.write_text(json.dumps(document))
    said = khaithue("convert", file, tmp_path / "b.xml", "--json")
    assert (said.code, said.codes) == (2, ["CLI-NOT-IN-XML"])
    assert not (tmp_path / "b.xml").exists()
    assert khaithue("convert", file, tmp_path / "b.json").code == 0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("form", {"code": "01/GTGT"}),
        ("period", "2026-13"),
        ("values", {"22": "x"}),
        ("tables", {"zz": [1]}),
        ("header", []),
    ],
)
def test_json_that_is_not_of_the_shape_is_unusable(key: str, value: object, tmp_path: Path) -> None:
    file, document = as_json(tmp_path)
    file.write_text(json.dumps({**document, key: value}))
    for command in (("check",), ("calc",), ("explain", "40a")):
        said = khaithue(command[0], file, *command[1:], "--json")
        assert said.code == 2
        assert said.codes
