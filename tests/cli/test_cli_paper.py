"""print, template and import on real files of the authority's own program."""

from pathlib import Path

import pytest

from khaithue.exchange.excel_template import filled
from khaithue.exchange.returns_xml import read
from khaithue.returns.model import Return
from tests.cli.cli_runs import FINALISATION, VAT, authority, khaithue


def return_in(path: Path) -> Return:
    ret = read(path.read_bytes()).return_
    assert ret is not None
    return ret


@pytest.mark.near_miss("PRINT-EXTENSION", "PRINT-SIGNATURE")
@pytest.mark.parametrize(("name", "start"), [("a.pdf", b"%PDF-"), ("a.html", b"<!DOCTYPE html>")])
def test_print_writes_the_paper_form(tmp_path: Path, name: str, start: bytes) -> None:
    said = khaithue("print", VAT, tmp_path / name, "--json")
    assert (said.code, said.codes) == (0, [])
    assert (tmp_path / name).read_bytes().startswith(start)


def test_print_lists_the_findings_when_asked(tmp_path: Path) -> None:
    wrong, plain, listed = tmp_path / "a.xml", tmp_path / "a.pdf", tmp_path / "b.pdf"
    wrong.write_bytes(VAT.read_bytes().replace(b"<ct43>1807607833<", b"<ct43>1807607834<"))
    assert khaithue("print", wrong, plain).code == khaithue("print", wrong, listed, "--findings").code == 0
    pages = b"/Type /Page\n"
    assert listed.read_bytes().count(pages) == plain.read_bytes().count(pages) + 1


@pytest.mark.error("PRINT-EXTENSION")
def test_print_knows_its_formats_and_overwrites_nothing(tmp_path: Path) -> None:
    assert khaithue("print", VAT, tmp_path / "a.docx", "--json").codes == ["PRINT-EXTENSION"]
    assert not (tmp_path / "a.docx").exists()
    (tmp_path / "a.pdf").write_text("mine")
    assert khaithue("print", VAT, tmp_path / "a.pdf", "--json").codes == ["CLI-EXISTS"]
    assert khaithue("print", VAT, tmp_path / "a.pdf", "--force").code == 0


@pytest.mark.error("PRINT-SIGNATURE")
def test_print_tells_that_a_signature_is_not_shown(tmp_path: Path) -> None:
    signed = tmp_path / "signed.xml"
    key = next(Path(authority().directory).glob("**/*.p12"))
    assert khaithue("sign", VAT, signed, "--p12", key, KHAITHUE_P12_PASSWORD="demo").code == 0  # noqa: S106 - of keys made by these tests
    said = khaithue("print", signed, tmp_path / "a.pdf", "--json")
    assert (said.code, said.codes, said.json["signed"]) == (0, ["PRINT-SIGNATURE"], True)


def test_a_template_filled_goes_into_a_return(tmp_path: Path) -> None:
    book, out = tmp_path / "a.xlsx", tmp_path / "b.xml"
    book.write_bytes(filled(return_in(FINALISATION)))
    said = khaithue("import", book, "--into", FINALISATION, "--out", out, "--json")
    assert (said.code, said.json["rows"]) == (0, {"people": 1})
    assert return_in(out).tables["people"] == return_in(FINALISATION).tables["people"]


def test_an_empty_template_changes_nothing(tmp_path: Path) -> None:
    book, out = tmp_path / "a.xlsx", tmp_path / "b.xml"
    assert khaithue("template", "05/QTT-TNCN", book).code == 0
    assert khaithue("import", book, "--into", FINALISATION, "--out", out).code == 0
    assert return_in(out) == return_in(FINALISATION)


@pytest.mark.error("XLS-FORM")
def test_a_book_of_another_form_writes_nothing(tmp_path: Path) -> None:
    book, out = tmp_path / "a.xlsx", tmp_path / "b.xml"
    assert khaithue("template", "01/GTGT", book).code == 0
    said = khaithue("import", book, "--into", FINALISATION, "--out", out, "--json")
    assert (said.code, said.codes, said.json["written"]) == (1, ["XLS-FORM"], None)
    assert not out.exists()


@pytest.mark.error("XLS-EXTENSION")
@pytest.mark.near_miss("XLS-EXTENSION")
def test_a_template_is_an_xlsx_of_a_known_form(tmp_path: Path) -> None:
    assert khaithue("template", "01/GTGT", tmp_path / "a.xls", "--json").codes == ["XLS-EXTENSION"]
    assert khaithue("template", "99/ABC", tmp_path / "a.xlsx", "--json").codes == ["CLI-FORM"]
