"""The content of a file without a signature is read as strictly as that of a signed one."""

from pathlib import Path

import pytest
from lxml import etree

from khaithue.signing.unsigned import unsigned_content
from tests.attack.signature_kit import AT, UNSIGNED, build, signed, status


def test_the_content_and_its_digest_are_those_a_signature_would_cover(tmp_path: Path) -> None:
    world = build(tmp_path)
    content, findings = unsigned_content(UNSIGNED)
    of_signed = status(signed(world.ec), world, at=AT)
    assert content is not None
    assert (content.digest, content.document) == (of_signed.covered_digest, of_signed.content)
    assert findings == []
    assert etree.fromstring(content.document).findtext(".//{*}ct40") == "1590900786"


def test_a_signed_file_has_no_unsigned_content(tmp_path: Path) -> None:
    content, findings = unsigned_content(signed(build(tmp_path).ec))
    assert (content, [item.code for item in findings]) == (None, ["SIGN-ALREADY"])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"<CKyDTu></CKyDTu>", b"<CKyDTu><X/></CKyDTu>", "SIG-PROFILE"),
        (b"<CKyDTu></CKyDTu>", b"<CKyDTu></CKyDTu><X/>", "SIG-OUTSIDE"),
        (b"<CKyDTu></CKyDTu>", b"<HSoKhaiThue id='x'/><CKyDTu></CKyDTu>", "SIG-SECOND-RETURN"),
        (b'<HSoKhaiThue id="NODETOSIGN">', b"<HSoKhaiThue>", "SIG-ID"),
        (b"</HSoThueDTu>", b"", "XML-MALFORMED"),
        (b"<CKyDTu></CKyDTu>", b"<CKyDTu/>", ""),
        (b"  <CKyDTu></CKyDTu>\n", b"", ""),
    ],
)
def test_nothing_stands_beside_the_content(old: bytes, new: bytes, code: str) -> None:
    assert old in UNSIGNED
    content, findings = unsigned_content(UNSIGNED.replace(old, new))
    assert [item.code for item in findings] == ([code] if code else [])
    assert (content is None) == bool(code)
