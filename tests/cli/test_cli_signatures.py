"""sign and verify: the key's password is never an argument, and each fact about a signature is told apart."""

from pathlib import Path

import pytest

from tests.cli.cli_runs import MST, PASSWORD, VAT, Said, authority, khaithue
from tests.exchange.notice_papers import RECEPTION, REGISTRATION, written


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    target = tmp_path / "signed.xml"
    assert sign(VAT, target).code == 0
    return target


def key() -> Path:
    return authority().people[MST]


def sign(source: Path, target: Path, *more: object, password: str = PASSWORD) -> Said:
    return khaithue("sign", source, target, "--p12", key(), "--json", *more, KHAITHUE_P12_PASSWORD=password)


def verify(file: Path, *more: object) -> Said:
    return khaithue("verify", file, "--trust", authority().trust, "--json", *more)


@pytest.mark.near_miss("CLI-NOT-A-DIRECTORY")
def test_a_signed_return_verifies_and_says_who_signed(signed: Path) -> None:
    said = verify(signed, "--mst", MST)
    assert (said.code, said.json["ok"], said.codes) == (0, True, [])
    values = said.json["values"]
    facts = (
        "signed",
        "profile_ok",
        "intact",
        "trusted",
        "in_validity",
        "not_revoked",
        "right_taxpayer",
        "valid",
    )
    assert [values[name] for name in facts] == [True] * len(facts)
    assert values["signer"]["mst"] == [MST]
    assert values["signer"]["name"] == "CÔNG TY TNHH MẪU A"


def test_check_says_that_a_file_is_signed_but_does_not_verify_it(signed: Path) -> None:
    assert khaithue("check", signed, "--json").json["signed"] is True
    assert "chưa xác minh" in khaithue("check", signed).out


def test_without_a_tax_code_whose_signature_it_should_be_stays_open(signed: Path) -> None:
    assert verify(signed).json["values"]["right_taxpayer"] is None
    assert "--mst" in khaithue("verify", signed, "--trust", authority().trust).out


def test_a_stranger_s_tax_code_is_an_error(signed: Path) -> None:
    said = verify(signed, "--mst", "0100109106")
    assert (said.code, said.codes) == (1, ["CERT-OTHER-MST"])
    assert verify(signed, "--mst", "0100109106", "--mst", MST).code == 0


def test_a_figure_changed_after_signing_is_an_error(signed: Path) -> None:
    signed.write_bytes(signed.read_bytes().replace(b"<ct22>1590900786<", b"<ct22>1590900787<"))
    said = verify(signed)
    assert (said.code, said.codes) == (1, ["SIG-CHANGED"])
    assert said.json["values"]["intact"] is False
    assert "KHÔNG hợp lệ" in khaithue("verify", signed, "--trust", authority().trust).out


@pytest.mark.error("CLI-TIME")
@pytest.mark.near_miss("CLI-TIME")
def test_the_moment_of_verification_is_vietnamese_time_unless_it_says_otherwise(signed: Path) -> None:
    assert verify(signed, "--at", "2026-05-04").json["values"]["at"] == "2026-05-04T00:00:00+07:00"
    assert verify(signed, "--at", "2050-01-01").code == 1
    said = verify(signed, "--at", "soon")
    assert (said.code, said.codes) == (2, ["CLI-TIME"])


def test_a_file_that_is_not_signed_is_an_error_and_one_that_is_not_xml_is_unusable(tmp_path: Path) -> None:
    assert (verify(VAT).code, verify(VAT).codes) == (1, ["SIG-NONE"])
    garbage = tmp_path / "a.xml"
    garbage.write_bytes(bytes(range(256)))
    assert verify(garbage).code == 2


def test_a_directory_without_roots_trusts_nobody(signed: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    said = khaithue("verify", signed, "--trust", empty, "--json")
    assert said.code == 1
    assert "TRUST-EMPTY" in said.codes
    assert khaithue("verify", signed, "--trust", signed, "--json").codes == ["CLI-NOT-A-DIRECTORY"]
    assert khaithue("verify", signed, "--trust", tmp_path / "none", "--json").codes == ["CLI-NOT-FOUND"]
    (empty / "folder.pem").mkdir()
    assert khaithue("verify", signed, "--trust", empty, "--json").codes == ["CLI-UNREADABLE"]


@pytest.mark.error("CLI-PASSWORD-FILE")
@pytest.mark.near_miss("CLI-PASSWORD", "CLI-PASSWORD-FILE")
def test_the_password_comes_from_a_file_before_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(PASSWORD.encode() + b"\r\nsecond line\n")
    assert sign(VAT, tmp_path / "a.xml", "--password-file", file, password="wrong").code == 0  # noqa: S106 - not the key's
    file.write_bytes(b"\xff")
    assert sign(VAT, tmp_path / "b.xml", "--password-file", file).codes == ["CLI-PASSWORD-FILE"]
    assert sign(VAT, tmp_path / "b.xml", "--password-file", tmp_path / "none").codes == ["CLI-NOT-FOUND"]


@pytest.mark.error("CLI-PASSWORD")
def test_without_password_and_terminal_nothing_is_asked(tmp_path: Path) -> None:
    said = khaithue("sign", VAT, tmp_path / "a.xml", "--p12", key(), "--json")
    assert (said.code, said.codes) == (2, ["CLI-PASSWORD"])
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_password_and_a_damaged_key_write_nothing(tmp_path: Path) -> None:
    assert sign(VAT, tmp_path / "a.xml", password="wrong").codes == ["KEY-PASSWORD"]  # noqa: S106 - not the key's
    said = khaithue("sign", VAT, tmp_path / "a.xml", "--p12", VAT, "--json", KHAITHUE_P12_PASSWORD="")
    assert (said.code, said.codes) == (2, ["KEY-DAMAGED"])
    assert list(tmp_path.iterdir()) == []


def test_a_signed_file_is_not_signed_again_and_no_input_is_overwritten(signed: Path) -> None:
    before = signed.read_bytes()
    assert sign(signed, signed.parent / "twice.xml").codes == ["SIGN-ALREADY"]
    assert sign(VAT, signed).codes == ["CLI-EXISTS"]
    assert sign(VAT, key(), "--force").codes == ["CLI-SAME-FILE"]
    assert sign(signed, signed, "--force").codes == ["CLI-SAME-FILE"]
    assert signed.read_bytes() == before
    assert sign(VAT, signed, "--force").code == 0


@pytest.mark.error("CLI-SIGNATURE-DROPPED")
def test_a_conversion_says_that_the_signature_stays_behind(signed: Path, tmp_path: Path) -> None:
    said = khaithue("convert", signed, tmp_path / "a.json", "--json")
    assert (said.code, said.codes, said.json["signed"]) == (0, ["CLI-SIGNATURE-DROPPED"], True)


def test_the_offices_signed_notice_verifies_too(tmp_path: Path) -> None:
    notice, receipt = tmp_path / "notice.xml", tmp_path / "receipt.xml"
    notice.write_bytes(written(RECEPTION))
    office = authority().office
    assert khaithue("sign", notice, receipt, "--p12", office, KHAITHUE_P12_PASSWORD=PASSWORD).code == 0
    said = verify(receipt)
    assert (said.code, said.json["values"]["valid"], said.json["values"]["intact"]) == (0, True, True)
    receipt.write_bytes(receipt.read_bytes().replace(b"2026-04-20T23:59:59", b"2026-04-19T23:59:59"))
    assert verify(receipt).codes == ["SIG-CHANGED"]


def test_a_signed_registration_verifies_too(tmp_path: Path) -> None:
    paper, sent = tmp_path / "registration.xml", tmp_path / "sent.xml"
    paper.write_bytes(written(REGISTRATION))
    assert sign(paper, sent).code == 0
    said = verify(sent)
    assert (said.code, said.json["values"]["valid"], said.json["values"]["intact"]) == (0, True, True)
    sent.write_bytes(sent.read_bytes().replace(b"0281234567", b"0281234568"))
    assert verify(sent).codes == ["SIG-CHANGED"]
