"""Signing a return or a notice: what is put where, what stays as it was, and what is refused."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from khaithue.exchange import safe_xml
from khaithue.signing import demo_ca
from khaithue.signing import sign as module
from khaithue.signing.demo_ca import DemoAuthority, DemoSubject
from khaithue.signing.keys import SigningKey, load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.sign import sign
from khaithue.signing.status import SignatureStatus
from khaithue.signing.target import Target
from khaithue.signing.trust import TrustStore
from khaithue.signing.verify import verify

AT = datetime(2026, 6, 18, 3, 0, tzinfo=UTC)
PASSWORD = "mật khẩu"  # noqa: S105  # of keys made here and thrown away
COMPANY, PERSON = "0319900012", "0319900037"
RETURN_NS = "http://kekhaithue.gdt.gov.vn/TKhaiThue"
NOTICE_NS = "http://kekhaithue.gdt.gov.vn/TBaoThue"
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    people = [DemoSubject("CÔNG TY TNHH MẪU A", COMPANY, "rsa"), DemoSubject("CÔNG TY TNHH MẪU B", PERSON)]
    return demo_ca.create(tmp_path_factory.mktemp("demo"), people, password=PASSWORD)


@pytest.fixture(scope="module")
def trust(authority: DemoAuthority) -> TrustStore:
    return TrustStore.load(authority.trust)


@pytest.fixture(scope="module")
def key(authority: DemoAuthority) -> SigningKey:
    return load(authority.people[PERSON])


def load(path: Path) -> SigningKey:
    key, findings = load_pkcs12(path.read_bytes(), PASSWORD, at=AT, policy=current_policy())
    assert key is not None, findings
    return key


def signed(data: bytes, key: SigningKey, target: Target = Target.RETURN) -> bytes:
    result, findings = sign(data, key, target=target, at=AT)
    assert result is not None, findings
    return result


def status(data: bytes, trust: TrustStore, target: Target = Target.RETURN) -> SignatureStatus:
    return verify(data, trust=trust, at=AT, policy=current_policy(), target=target)


def unsigned(
    inside: str = "<ct40>1</ct40>",
    *,
    block: str = "<CKyDTu></CKyDTu>",
    tag: str = 'HSoKhaiThue id="NODETOSIGN"',
) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<HSoThueDTu xmlns="{RETURN_NS}">\n'
        f"  <{tag}>{inside}</{tag.split(' ')[0]}>\n  {block}\n</HSoThueDTu>\n"
    ).encode()


def xmlsec1_agrees(
    data: bytes, authority: DemoAuthority, directory: Path, element: str = "HSoKhaiThue", id_name: str = "id"
) -> bool:
    """Whether Debian's xmlsec1, which shares no code of ours, finds the signature good."""
    assert shutil.which("xmlsec1"), "the tests need the program xmlsec1 (Debian package xmlsec1)"
    file = directory / "signed.xml"
    file.write_bytes(data)
    command = ["xmlsec1", "--verify", f"--id-attr:{id_name}", element, "--trusted-pem", str(authority.root)]
    return subprocess.run([*command, str(file)], capture_output=True).returncode == 0


def outside_the_block(data: bytes) -> bytes:
    """The file without its signature block."""
    return re.sub(rb"<(\w+:)?CKyDTu(?:\s[^>]*)?(/>|>.*</(\w+:)?CKyDTu\s*>)", b"", data, flags=re.DOTALL)


@pytest.mark.near_miss("SIGN-ALREADY", "SIGN-PLACE")
@pytest.mark.parametrize(
    ("mst", "method"), [(COMPANY, "RSA-SHA256, RSA-2048"), (PERSON, "ECDSA-SHA256, EC-secp256r1")]
)
def test_a_signed_return_is_valid_for_us_and_for_xmlsec1(
    authority: DemoAuthority, trust: TrustStore, tmp_path: Path, mst: str, method: str
) -> None:
    result = signed(unsigned(), load(authority.people[mst]))
    found = status(result, trust)
    assert found.valid
    assert found.algorithm == method
    assert xmlsec1_agrees(result, authority, tmp_path)
    changed = result.replace(b"<ct40>1<", b"<ct40>2<")
    assert not xmlsec1_agrees(changed, authority, tmp_path)


@pytest.mark.parametrize("id_name", ["Id", "id"])
def test_the_office_signs_its_notices(
    authority: DemoAuthority, trust: TrustStore, tmp_path: Path, id_name: str
) -> None:
    notice = (
        f'<TBaoThueDTu xmlns="{NOTICE_NS}"><TBaoThue {id_name}="_NODE_TO_SIGN"><a/></TBaoThue></TBaoThueDTu>'
    )
    result = signed(notice.encode(), load(authority.office), Target.NOTICE)
    assert status(result, trust, Target.NOTICE).valid
    assert xmlsec1_agrees(result, authority, tmp_path, "TBaoThue", id_name)
    assert [item.code for item in status(result, trust).findings] == ["SIG-FRAME"]


@pytest.mark.parametrize(
    "data",
    [
        unsigned(),
        unsigned(block=""),
        unsigned(block="<CKyDTu/>"),
        unsigned(block="<CKyDTu />"),
        unsigned(block="<CKyDTu>\n  </CKyDTu  >"),
        unsigned(block='<CKyDTu loai="1" />'),
        unsigned().replace(b"\n", b"\r\n"),
        unsigned().replace(b"\n", b"").removeprefix(b'<?xml version="1.0" encoding="UTF-8"?>'),
        unsigned(tag="HSoKhaiThue   a='>' id = 'NODETOSIGN'"),
        unsigned("<a>&amp;&#13;&lt;\t'\" é ế 𝄞</a>"),
        unsigned().replace(b"<HSoThueDTu ", b"<HSoThueDTu xml:lang='vi' xmlns:xsi='urn:x' "),
        re.sub(rb"<(/?)(HSo|CKy|ct)", rb"<\1t:\2", unsigned()).replace(b"xmlns=", b"xmlns:t="),
        re.sub(rb"<(/?)(HSo|CKy|ct)", rb"<\1t:\2", unsigned(block="")).replace(b"xmlns=", b"xmlns:t="),
    ],
)
def test_every_byte_outside_the_block_stays_as_it_was(
    key: SigningKey, authority: DemoAuthority, trust: TrustStore, tmp_path: Path, data: bytes
) -> None:
    result = signed(data, key)
    assert outside_the_block(result) == outside_the_block(data)
    assert status(result, trust).valid
    assert xmlsec1_agrees(result, authority, tmp_path)


def test_the_attributes_of_the_block_stay(key: SigningKey) -> None:
    assert b'<CKyDTu loai="1"><Signature' in signed(unsigned(block='<CKyDTu loai="1" />'), key)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])), max_size=4))
def test_any_text_is_signed_and_handed_on_unchanged(
    key: SigningKey, trust: TrustStore, texts: list[str]
) -> None:
    root = etree.Element(f"{{{RETURN_NS}}}HSoThueDTu", nsmap={None: RETURN_NS})
    content = etree.SubElement(root, f"{{{RETURN_NS}}}HSoKhaiThue", id="NODETOSIGN")
    for text in texts:
        etree.SubElement(content, f"{{{RETURN_NS}}}a", b=text).text = text
    found = status(signed(etree.tostring(root, encoding="UTF-8"), key), trust)
    assert found.valid
    assert found.content is not None
    read = etree.fromstring(found.content)[0]
    assert [(item.text or "", item.get("b")) for item in read] == [(text, text) for text in texts]


def test_the_block_and_the_content_are_all_that_is_handed_on(key: SigningKey, trust: TrustStore) -> None:
    content = status(signed(unsigned(), key), trust).content
    assert content is not None
    root = etree.fromstring(content)
    assert [etree.QName(item).localname for item in root] == ["HSoKhaiThue", "CKyDTu"]
    assert len(root[1]) == 0
    assert b"</CKyDTu>" in content


def test_rows_that_share_the_return_s_id_make_it_nodetosign(key: SigningKey, trust: TrustStore) -> None:
    rows = '<Dong ID="ID_1"><a/></Dong><Dong id="ID_2"/>'
    data = unsigned(rows, tag='HSoKhaiThue ghiChu="id=\'ID_1\'" id="ID_1"')
    result = signed(data, key)
    renamed = data.replace(b' id="ID_1">', b' id="NODETOSIGN">', 1)
    assert outside_the_block(result) == outside_the_block(renamed)
    assert status(result, trust).valid


def test_an_id_written_with_a_character_reference_is_renamed_whole(
    key: SigningKey, trust: TrustStore
) -> None:
    result = signed(unsigned('<Dong ID="ID_1"/>', tag="HSoKhaiThue id='ID&#95;1'"), key)
    assert b"<HSoKhaiThue id='NODETOSIGN'>" in result
    assert status(result, trust).valid


def test_a_file_that_its_signature_makes_too_big_is_told(
    key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = safe_xml.Bounds(max_bytes=len(unsigned()) + 10)
    monkeypatch.setattr(module, "parse", lambda data: safe_xml.parse(data, bounds))
    result, findings = sign(unsigned(), key, at=AT)
    assert result is None
    assert [item.code for item in findings] == ["XML-TOO-BIG"]


def test_an_id_that_no_row_shares_stays(key: SigningKey) -> None:
    assert b'URI="#ID_1"' in signed(unsigned('<Dong id="ID_2"/>', tag='HSoKhaiThue id="ID_1"'), key)


def test_the_time_of_signing_is_told_in_vietnamese_time(key: SigningKey, trust: TrustStore) -> None:
    result, _ = sign(unsigned(), key, at=datetime(2026, 6, 18, 20, 30, tzinfo=timezone(timedelta(hours=2))))
    assert result is not None
    assert status(result, trust).signing_time == "2026-06-19T01:30:00"


def test_the_time_of_signing_needs_a_time_zone(key: SigningKey) -> None:
    with pytest.raises(ValueError, match="time zone"):
        sign(unsigned(), key, at=datetime(2026, 6, 18))  # the mistake under test


def test_the_signer_s_certificate_comes_first_and_the_root_is_left_to_the_verifier(key: SigningKey) -> None:
    found = etree.fromstring(signed(unsigned(), key)).findall(f".//{DSIG}X509Certificate")
    assert len(found) == 2


@pytest.mark.error(each="expected")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (unsigned(tag='HSoThue id="A"'), "SIG-NO-CONTENT"),
        (unsigned(tag="HSoKhaiThue"), "SIG-ID"),
        (unsigned(tag='HSoKhaiThue id=""'), "SIG-ID"),
        (unsigned(tag='HSoKhaiThue id="1 a"'), "SIG-ID"),
        (unsigned(tag='HSoKhaiThue Id="A"'), "SIG-ID"),
        (unsigned(tag='HSoKhaiThue id="A" Id="B"'), "SIG-ID"),
        (unsigned("<HSoKhaiThue/>"), "SIG-SECOND-RETURN"),
        (unsigned(block='<HSoKhaiThue id="B"/>'), "SIG-SECOND-RETURN"),
        (unsigned('<HSoKhaiThue id="A"/>', tag="a"), "SIG-MOVED"),
        (unsigned(block="<CKyDTu/><CKyDTu/>"), "SIG-OUTSIDE"),
        (unsigned(block="<CKyDTu/>100"), "SIG-OUTSIDE"),
        (unsigned(block="<CKyDTu>100</CKyDTu>"), "SIG-OUTSIDE"),
        (unsigned(block="<CKyDTu><a/></CKyDTu>"), "SIGN-PLACE"),
        (unsigned(tag='HSoKhaiThue xmlns:x="a" id="A"'), "SIG-PROFILE"),
        (unsigned('<a id="X"/><b Id="NODETOSIGN"/>', tag='HSoKhaiThue id="X"'), "SIG-ID-TWICE"),
        (unsigned().replace(RETURN_NS.encode(), b"urn:khac"), "SIG-FRAME"),
        (unsigned("<!-- -->"), "XML-COMMENT"),
        (b"", "XML-EMPTY"),
    ],
)
def test_what_cannot_be_verified_later_is_not_signed(key: SigningKey, data: bytes, expected: str) -> None:
    result, findings = sign(data, key, at=AT)
    assert result is None
    assert [item.code for item in findings] == [expected]


@pytest.mark.error("SIGN-ALREADY")
def test_a_signed_file_is_not_signed_again(key: SigningKey) -> None:
    result, findings = sign(signed(unsigned(), key), key, at=AT)
    assert result is None
    assert [item.code for item in findings] == ["SIGN-ALREADY"]


def test_two_signers_of_one_return_cover_the_same_content(
    authority: DemoAuthority, trust: TrustStore, key: SigningKey
) -> None:
    one, two = signed(unsigned(), key), signed(unsigned(), load(authority.people[COMPANY]))
    assert one != two
    assert status(one, trust).covered_digest == status(two, trust).covered_digest
