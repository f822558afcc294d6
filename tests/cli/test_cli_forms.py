"""khaithue forms: what the program knows of each form, for people and for programs."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from tests.cli.cli_runs import khaithue

VAT_FORM = "01/GTGT@TT80/2021/TT-BTC@2.8.3"
FORM_FILE = Path(str(files("khaithue.law"))) / "forms" / "01-GTGT_TT80_2.8.3.toml"


def test_every_form_is_listed_with_its_validity() -> None:
    listed = khaithue("forms", "list", "--json").json["forms"]
    vat = next(form for form in listed if (form["code"], form["version"]) == ("01/GTGT", "2.8.3"))
    assert vat["valid"] == {"from": "2022-01-01", "to": None}
    assert vat["period"] == ["month", "quarter"]
    printed = khaithue("forms", "list").out
    assert all(form["code"] in printed for form in listed)


def test_both_forms_of_a_change_are_listed_with_the_one_to_file_today_and_why() -> None:
    listed = [form for form in khaithue("forms", "list", "--json").json["forms"] if form["code"] == "01/GTGT"]
    old, new = listed[-2:]
    assert (old["basis"], old["today"]["taken"], old["xml"]) == ("TT80/2021/TT-BTC", True, True)
    assert (new["basis"], new["today"]["taken"], new["xml"]) == ("TT89/2026/TT-BTC", False, False)
    assert (new["confidence"], new["today"]["confidence"]) == ("medium", "medium")
    assert listed[0]["today"] == {"taken": True}
    printed = " ".join(khaithue("forms", "list").out.split())
    for form in (old, new):
        assert f"01/GTGT {form['basis']}: {form['today']['why']['vi']} ({form['today']['law']}" in printed


def test_without_a_version_the_form_taken_today_is_shown() -> None:
    assert khaithue("forms", "show", "01/GTGT", "--json").json["basis"] == "TT80/2021/TT-BTC"
    new = khaithue("forms", "show", "01/GTGT@TT89/2026/TT-BTC", "--json").json
    assert (new["basis"], new["confidence"], new["xml"]) == ("TT89/2026/TT-BTC", "medium", None)
    assert "trung bình" in khaithue("forms", "show", "01/GTGT@TT89/2026/TT-BTC").out


@pytest.mark.near_miss("CLI-FORM")
def test_show_prints_the_stable_keys() -> None:
    form = khaithue("forms", "show", "01/GTGT", "--json").json
    keys = {"code", "title", "basis", "xml", "valid", "period", "fields", "tables", "links", "checks"}
    assert keys <= set(form)
    assert form["xml"]["maTKhai"] == "842"
    fields = {field["code"]: field for field in form["fields"]}
    assert fields["40a"]["calc"] == "max(0, [36] - [22] + [37] - [38] - [39a])"
    assert (fields["22"]["type"], fields["22"]["xml"], fields["22"]["prefill"]) == (
        "money",
        "ct22",
        "previous([43])",
    )
    assert fields["22"]["calc"] is None
    tables = {table["name"]: table for table in form["tables"]}
    assert [column["code"] for column in tables["nq142_sales"]["columns"]] == ["2", "3", "4", "5", "6"]
    assert {"7", "8"} <= {total["code"] for total in tables["nq142_sales"]["totals"]}
    assert {"code", "rule", "level"} <= set(form["checks"][0])
    assert {"cell": "22", "source": "previous([43])"}.items() <= form["links"][0].items()


def test_show_tells_a_box_that_is_typed_in_some_cases() -> None:
    form = khaithue("forms", "show", "05/QTT-TNCN", "--json").json
    assert {
        field["code"]: field["typed"] for field in form["fields"] if field["code"] in ("23", "24", "29")
    } == {
        "23": False,
        "24": True,
        "29": True,
    }
    assert "entered:" in khaithue("forms", "show", "05/QTT-TNCN").out


@pytest.mark.error("FORM-NO-XML")
def test_a_form_without_an_xml_is_shown_as_such_and_has_no_schema(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "returns" / "toys" / "toy.toml").read_text(encoding="utf-8")
    paper = re.sub(r", xml = \"\S+\"", "", text)
    paper = re.sub(r"^xml = .*\n", "", paper, flags=re.MULTILINE)
    paper = re.sub(r'outline = """.*?"""\n', "", paper, flags=re.DOTALL)
    file = tmp_path / "paper.toml"
    file.write_text(paper.replace("[fields]", 'xml = { pbanTKhaiXML = "1" }\n[fields]', 1), encoding="utf-8")
    assert khaithue("forms", "show", file, "--json").json["xml"] is None
    assert "không có XML của cơ quan thuế" in khaithue("forms", "show", file).out
    said = khaithue("forms", "xsd", file, "--json")
    assert (said.code, [each["code"] for each in said.json["findings"]]) == (2, ["FORM-NO-XML"])


def test_a_form_is_named_by_options_or_by_one_word() -> None:
    by_options = khaithue(
        "forms", "show", "01/gtgt", "--basis", "TT80/2021/TT-BTC", "--version", "2.8.3", "--json"
    )
    by_word = khaithue("forms", "show", VAT_FORM, "--json")
    by_file = khaithue("forms", "show", FORM_FILE, "--json")
    assert by_options.json == by_word.json == by_file.json


@pytest.mark.error("CLI-FORM")
@pytest.mark.parametrize(
    "args", [("99/X",), ("01/GTGT", "--version", "1.0.0"), ("01/GTGT", "--basis", "TT1"), ("",)]
)
@pytest.mark.parametrize("command", ["show", "xsd"])
def test_a_form_that_is_not_there_is_unusable_and_others_are_named(
    command: str, args: tuple[str, ...]
) -> None:
    said = khaithue("forms", command, *args, "--json")
    assert (said.code, said.codes) == (2, ["CLI-FORM"])
    assert "01/GTGT" in said.json["findings"][0]["fix"]["vi"]


def test_the_schema_is_a_schema() -> None:
    printed = khaithue("forms", "xsd", "01/GTGT")
    assert printed.code == 0
    etree.XMLSchema(etree.fromstring(printed.out.encode()))
    assert khaithue("forms", "xsd", "01/GTGT", "--json").json["xsd"].rstrip() == printed.out.rstrip()


def test_nothing_differs_between_a_form_and_itself() -> None:
    assert khaithue("forms", "diff", VAT_FORM, "01/GTGT", "--json").json["changes"] == []
    assert "Không có gì khác" in khaithue("forms", "diff", VAT_FORM, VAT_FORM).out


@pytest.mark.near_miss("CLI-FORM-FILE")
def test_diff_shows_a_changed_label_of_a_draft_form_file(tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    text = FORM_FILE.read_text(encoding="utf-8")
    draft.write_text(text.replace('label = "Điều chỉnh giảm"', 'label = "Giảm"', 1), encoding="utf-8")
    changes = khaithue("forms", "diff", VAT_FORM, draft, "--json").json["changes"]
    assert changes == [{"cell": "37", "what": "label", "before": "Điều chỉnh giảm", "after": "Giảm"}]


@pytest.mark.error("CLI-FORM-FILE")
def test_a_faulty_form_file_is_unusable_and_says_where(tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    for content in (b"[form", b"\xff", b"[form]\ncode = 1\n"):
        draft.write_bytes(content)
        said = khaithue("forms", "diff", VAT_FORM, draft, "--json")
        assert (said.code, said.codes) == (2, ["CLI-FORM-FILE"])
