"""Every known way to make a signature say more than was signed, against a return that was honestly signed."""

import base64
import hashlib
import hmac
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from khaithue.signing import demo_ca
from khaithue.signing.policy import current_policy
from khaithue.signing.target import DSIG
from tests.attack.signature_kit import (
    AT,
    MST,
    NS,
    UNSIGNED,
    World,
    build,
    codes,
    edited,
    new_key,
    part,
    resigned,
    signed,
    status,
)

EVIL = f'<HSoKhaiThue id="EVIL"><TTinChung><NNT><mst>{MST}</mst></NNT></TTinChung></HSoKhaiThue>'
"""A return that nobody signed."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="module")
def honest(world: World) -> bytes:
    return signed(world.ec)


def refused(data: bytes, world: World) -> list[str]:
    """The codes for a file that must be refused and of which nothing may be read."""
    result = status(data, world)
    assert not result.valid
    assert result.content is None
    return codes(result)


@pytest.mark.near_miss(
    "SIG-ALGORITHM",
    "SIG-CHANGED",
    "SIG-FRAME",
    "SIG-ID",
    "SIG-ID-TWICE",
    "SIG-KEYINFO",
    "SIG-MOVED",
    "SIG-NO-CONTENT",
    "SIG-OUTSIDE",
    "SIG-PROFILE",
    "SIG-REFERENCE",
    "SIG-SECOND-RETURN",
    "SIG-TRANSFORM",
    "SIG-TWICE",
    "SIG-VALUE",
)
def test_the_honest_file_is_valid(honest: bytes, world: World) -> None:
    result = status(honest, world)
    assert result.valid
    assert codes(result) == []


# --- shapes that are not attacks: what the authority's and other programs write ---

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = f'<Transform Algorithm="{DSIG}enveloped-signature"></Transform>'
INCLUSIVE = f'<Transform Algorithm="{C14N}"></Transform>'
EXCLUSIVE = '<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></Transform>'


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(INCLUSIVE, "")], id="enveloped alone, as the tax authority writes"),
        pytest.param([(INCLUSIVE, EXCLUSIVE)], id="exclusive"),
        pytest.param([(ENVELOPED, "")], id="canonicalization alone"),
        pytest.param([(f"<Transforms>{ENVELOPED}{INCLUSIVE}</Transforms>", "")], id="no transforms"),
        pytest.param(
            [
                (
                    f'<CanonicalizationMethod Algorithm="{C14N}">',
                    f'<CanonicalizationMethod Algorithm="{C14N}#WithComments">',
                )
            ],
            id="with comments, of which there are none",
        ),
        pytest.param(
            [("<SignatureProperties>", '<SignatureProperties xmlns="">')], id="time without namespace"
        ),
        pytest.param(
            [("<HSoThueDTu ", '<HSoThueDTu xml:lang="vi" xml:space="preserve" ')], id="inherited language"
        ),
        pytest.param(
            [("<HSoThueDTu ", '<HSoThueDTu xmlns:t="urn:t" xmlns:u="urn:u" ')], id="inherited namespaces"
        ),
        pytest.param(
            [
                ("<HSoThueDTu ", f'<HSoThueDTu xmlns:t="{NS}" '),
                ("<ct40>1590900786</ct40>", "<t:ct40>1</t:ct40>"),
            ],
            id="two prefixes of one namespace",
        ),
    ],
)
def test_other_true_signatures_are_valid_and_xmlsec1_agrees(
    honest: bytes, world: World, tmp_path: Path, changes: list[tuple[str, str]]
) -> None:
    other = resigned(edited(honest, *changes), world.ec)
    assert codes(status(other, world)) == []
    assert status(other, world).valid
    file = tmp_path / "signed.xml"
    file.write_bytes(other)
    told = subprocess.run(
        ["xmlsec1", "--verify", "--id-attr:id", "HSoKhaiThue", "--trusted-pem", str(world.root), str(file)],
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr


def test_a_language_changed_on_the_root_changes_what_was_signed(honest: bytes, world: World) -> None:
    """Inclusive canonical XML covers the xml: attributes that the signed element inherits."""
    vi = resigned(edited(honest, ("<HSoThueDTu ", '<HSoThueDTu xml:lang="vi" ')), world.ec)
    assert refused(edited(vi, ('xml:lang="vi"', 'xml:lang="en"')), world) == ["SIG-CHANGED"]


def test_a_row_that_bears_the_return_s_id_is_borne_where_the_policy_says_so(
    honest: bytes, world: World
) -> None:
    """HTKK writes id="ID_1" on the return and on the first row of each table."""
    htkk = resigned(edited(honest, ('id="NODETOSIGN"', 'id="ID_1"'), ('"#NODETOSIGN"', '"#ID_1"')), world.ec)
    assert status(htkk, world).valid
    strict = replace(current_policy(), rows_may_repeat_id=False)
    assert codes(status(htkk, world, policy=strict)) == ["SIG-ID-TWICE"]


# --- changed bytes ---


@settings(max_examples=300, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_inside_the_return_is_never_valid(
    honest: bytes, world: World, share: float, bit: int
) -> None:
    start, end = honest.index(b"<HSoKhaiThue"), honest.index(b"</HSoKhaiThue>") + len(b"</HSoKhaiThue>")
    place = start + int(share * (end - start))
    flipped = honest[:place] + bytes([honest[place] ^ (1 << bit)]) + honest[place + 1 :]
    assert refused(flipped, world)


@pytest.mark.error("SIG-PROFILE")
@pytest.mark.near_miss("SIG-PROFILE")
@pytest.mark.parametrize("name", ["a", "/ttp://www.w3.org/2001/XMLSchema-instance"])
def test_a_relative_namespace_has_no_canonical_form_and_is_refused(
    honest: bytes, world: World, name: str
) -> None:
    """Canonical XML 1.0, 1.3: a program must report failure on a document with one."""
    other = edited(honest, ('"http://www.w3.org/2001/XMLSchema-instance"', f'"{name}"'))
    assert refused(other, world) == ["SIG-PROFILE"]
    assert status(honest, world).valid


@settings(max_examples=300, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_no_byte_anywhere_raises_or_changes_what_is_read(
    honest: bytes, world: World, share: float, byte: int
) -> None:
    place = int(share * len(honest))
    result = status(honest[:place] + bytes([byte]) + honest[place + 1 :], world)
    assert result.content in (None, status(honest, world).content)
    assert result.valid or result.findings


@settings(max_examples=200, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_no_byte_of_a_certificate_raises(honest: bytes, world: World, share: float, byte: int) -> None:
    der = bytearray(world.ec.certificate.public_bytes(Encoding.DER))
    changed_at = int(share * len(der))
    unchanged = der[changed_at] == byte
    der[changed_at] = byte
    old = honest.split(b"<X509Certificate>")[1].split(b"</X509Certificate>")[0]
    result = status(honest.replace(old, base64.b64encode(bytes(der)), 1), world)
    assert result.valid is unchanged


@pytest.mark.error("SIG-CHANGED")
def test_a_changed_figure_is_told_as_a_change_after_signing(honest: bytes, world: World) -> None:
    assert refused(edited(honest, ("<ct40>1590900786<", "<ct40>0<")), world) == ["SIG-CHANGED"]


def test_white_space_between_the_boxes_is_signed_too(honest: bytes, world: World) -> None:
    assert refused(edited(honest, ('"/><ct40>', '"/> <ct40>')), world) == ["SIG-CHANGED"]


@pytest.mark.error("SIG-VALUE")
def test_a_digest_recomputed_over_changed_content_no_longer_fits_the_signature(
    honest: bytes, world: World
) -> None:
    stranger = new_key(world.issuing)
    forged = resigned(edited(honest, ("<ct40>1590900786<", "<ct40>0<")), stranger)
    assert refused(forged, world) == ["SIG-VALUE"]


# --- the signed element moved ---


def test_the_signed_return_hidden_in_an_object_beside_another(honest: bytes, world: World) -> None:
    original = part(honest, "HSoKhaiThue")
    hidden = (
        f'<Object><SignatureProperties xmlns="{NS}">{original}</SignatureProperties></Object></Signature>'
    )
    forged = edited(honest, (original, EVIL), ("</Signature>", hidden))
    assert refused(forged, world) == ["SIG-MOVED"]


def test_the_signed_return_under_another_parent(honest: bytes, world: World) -> None:
    original = part(honest, "HSoKhaiThue")
    assert refused(edited(honest, (original, f"<Khac>{original}</Khac>")), world) == ["SIG-MOVED"]


def test_the_signed_return_inside_an_unsigned_one(honest: bytes, world: World) -> None:
    original = part(honest, "HSoKhaiThue")
    wrapped = EVIL.replace("</HSoKhaiThue>", f"{original}</HSoKhaiThue>")
    assert refused(edited(honest, (original, wrapped)), world) == ["SIG-MOVED"]


def test_the_whole_signed_frame_inside_another_root(honest: bytes, world: World) -> None:
    frame = part(honest, "HSoThueDTu")
    assert refused(f'<HSoThueDTu xmlns="{NS}">{EVIL}{frame}</HSoThueDTu>'.encode(), world) == ["SIG-MOVED"]


def test_the_same_id_on_the_inner_and_the_outer_return(honest: bytes, world: World) -> None:
    original = part(honest, "HSoKhaiThue")
    wrapped = EVIL.replace("EVIL", "NODETOSIGN").replace("</HSoKhaiThue>", f"{original}</HSoKhaiThue>")
    assert refused(edited(honest, (original, wrapped)), world) == ["SIG-SECOND-RETURN"]


@pytest.mark.parametrize("before", [True, False])
def test_a_second_return_beside_the_signed_one(honest: bytes, world: World, before: bool) -> None:
    original = part(honest, "HSoKhaiThue")
    both = EVIL + original if before else original + EVIL
    assert refused(edited(honest, (original, both)), world) == ["SIG-SECOND-RETURN"]


def test_a_second_return_of_another_namespace(honest: bytes, world: World) -> None:
    other = '<HSoKhaiThue xmlns="urn:khac"/>'
    assert refused(edited(honest, ("<CKyDTu>", f"{other}<CKyDTu>")), world) == ["SIG-SECOND-RETURN"]


def test_the_signature_before_the_return(honest: bytes, world: World) -> None:
    block, original = part(honest, "CKyDTu"), part(honest, "HSoKhaiThue")
    moved = edited(honest, (block, ""), (original, block + original))
    assert refused(moved, world) == ["SIG-OUTSIDE"]


def test_the_signature_outside_its_block(honest: bytes, world: World) -> None:
    signature = part(honest, "Signature")
    assert refused(edited(honest, (signature, ""), ("</CKyDTu>", f"</CKyDTu>{signature}")), world) == [
        "SIG-OUTSIDE"
    ]


@pytest.mark.parametrize("where", ["<CKyDTu>", "</CKyDTu>", "</HSoThueDTu>"])
def test_text_beside_the_signed_return(honest: bytes, world: World, where: str) -> None:
    assert refused(edited(honest, (where, f"1000000{where}")), world) == ["SIG-OUTSIDE"]


def test_white_space_beside_the_signed_return_is_no_content(honest: bytes, world: World) -> None:
    assert status(edited(honest, ("</CKyDTu>", "\n \t</CKyDTu>")), world).valid


def test_an_unsigned_element_beside_the_signed_return(honest: bytes, world: World) -> None:
    assert refused(edited(honest, ("<CKyDTu>", "<PLuc/><CKyDTu>")), world) == ["SIG-OUTSIDE"]


def test_the_signed_element_carried_into_another_frame(honest: bytes, world: World) -> None:
    forged = edited(honest, ("<HSoThueDTu ", "<TBaoThueDTu "), ("</HSoThueDTu>", "</TBaoThueDTu>"))
    assert refused(forged, world) == ["SIG-FRAME"]


# --- two signatures, other references ---


@pytest.mark.error("SIG-TWICE")
def test_a_second_signature(honest: bytes, world: World) -> None:
    signature = part(honest, "Signature")
    assert refused(edited(honest, (signature, signature + signature)), world) == ["SIG-TWICE"]


def test_a_second_signature_inside_the_return(honest: bytes, world: World) -> None:
    assert refused(edited(honest, ("</PLuc>", part(honest, "Signature") + "</PLuc>")), world) == ["SIG-TWICE"]


@pytest.mark.parametrize(
    "uri",
    ["", "#ID_1", "file:///etc/passwd", "http://127.0.0.1/x", "#xpointer(id('NODETOSIGN'))", "#xpointer(/)"],
)
def test_a_reference_to_anything_but_the_return(honest: bytes, world: World, uri: str) -> None:
    assert refused(edited(honest, ('URI="#NODETOSIGN"', f'URI="{uri}"')), world) == ["SIG-REFERENCE"]


def test_a_true_signature_over_the_whole_document_is_not_of_the_profile(honest: bytes, world: World) -> None:
    whole = resigned(edited(honest, ('URI="#NODETOSIGN"', 'URI=""')), world.ec)
    assert refused(whole, world) == ["SIG-REFERENCE"]


def test_a_true_signature_over_a_part_of_the_return(honest: bytes, world: World) -> None:
    partly = edited(honest, ("<TTinChung>", '<TTinChung id="PART">'), ('URI="#NODETOSIGN"', 'URI="#PART"'))
    assert refused(resigned(partly, world.ec), world) == ["SIG-REFERENCE"]


def test_a_reference_without_uri(honest: bytes, world: World) -> None:
    assert refused(edited(honest, (' URI="#NODETOSIGN"', "")), world) == ["SIG-REFERENCE"]


def test_a_second_reference(honest: bytes, world: World) -> None:
    reference = part(honest, "Reference")
    assert refused(edited(honest, (reference, reference * 2)), world) == ["SIG-REFERENCE"]


def test_no_reference_at_all(honest: bytes, world: World) -> None:
    assert refused(edited(honest, (part(honest, "Reference"), "")), world) == ["SIG-REFERENCE"]


@pytest.mark.error("SIG-REFERENCE")
def test_a_manifest_with_references_of_its_own(honest: bytes, world: World) -> None:
    manifest = f"<Object><Manifest>{part(honest, 'Reference')}</Manifest></Object>"
    assert refused(edited(honest, (part(honest, "Object"), manifest)), world) == ["SIG-REFERENCE"]


@pytest.mark.error("SIG-PROFILE")
def test_a_reference_that_calls_itself_a_manifest(honest: bytes, world: World) -> None:
    typed = edited(honest, ("<Reference ", f'<Reference Type="{DSIG}Manifest" '))
    assert refused(typed, world) == ["SIG-PROFILE"]


def test_an_object_with_anything_but_the_time_of_signing(honest: bytes, world: World) -> None:
    assert refused(edited(honest, (part(honest, "Object"), "<Object><x/></Object>")), world) == [
        "SIG-PROFILE"
    ]


def test_an_id_shared_with_an_element_outside_the_return(honest: bytes, world: World) -> None:
    assert refused(edited(honest, ("<Object>", '<Object Id="NODETOSIGN">')), world) == ["SIG-ID-TWICE"]


@pytest.mark.parametrize("name", ["xml:id", "xml:base"])
def test_ids_that_libraries_register_by_themselves(honest: bytes, world: World, name: str) -> None:
    assert refused(edited(honest, ("<CKyDTu>", f'<CKyDTu {name}="NODETOSIGN">')), world) == ["SIG-PROFILE"]


@pytest.mark.parametrize("id_", ["", "1", "a b", "a'b", 'x" Id="y'])
def test_an_id_no_reference_can_name_for_sure(world: World, id_: str) -> None:
    text = (
        signed(world.ec)
        .decode()
        .replace('id="NODETOSIGN"', f'id="{id_}"')
        .replace('"#NODETOSIGN"', f'"#{id_}"')
    )
    assert not status(text.encode(), world).valid


# --- transforms and algorithms ---

XPATH = '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>not(self::ct40)</XPath></Transform>'
XSLT = (
    '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet version="1.0" '
    'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/></Transform>'
)
BASE64 = f'<Transform Algorithm="{DSIG}base64"/>'
FILTER = '<Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"/>'


@pytest.mark.error("SIG-TRANSFORM")
@pytest.mark.parametrize("transform", [XPATH, XSLT, BASE64, FILTER])
def test_a_transform_that_can_drop_figures(honest: bytes, world: World, transform: str) -> None:
    assert refused(edited(honest, ("<Transforms>", f"<Transforms>{transform}")), world) == ["SIG-TRANSFORM"]


def test_two_canonicalizations_in_a_row(honest: bytes, world: World) -> None:
    assert refused(edited(honest, (ENVELOPED, EXCLUSIVE)), world) == ["SIG-TRANSFORM"]


def test_an_unlisted_canonicalization(honest: bytes, world: World) -> None:
    assert refused(edited(honest, (C14N, "http://www.w3.org/2006/12/xml-c14n11")), world) == ["SIG-ALGORITHM"]


def test_an_unlisted_digest(honest: bytes, world: World) -> None:
    md5 = "http://www.w3.org/2001/04/xmldsig-more#md5"
    assert refused(edited(honest, ("http://www.w3.org/2001/04/xmlenc#sha256", md5)), world) == [
        "SIG-ALGORITHM"
    ]


@pytest.mark.error("SIG-ALGORITHM")
def test_a_mac_keyed_with_the_public_key(honest: bytes, world: World) -> None:
    forged = edited(honest, ("xmldsig-more#ecdsa-sha256", "xmldsig-more#hmac-sha256"))
    public = world.ec.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    info = etree.fromstring(forged).find(f".//{{{DSIG}}}SignedInfo")
    assert info is not None
    mac = hmac.new(public, etree.tostring(info, method="c14n"), hashlib.sha256).digest()
    old = part(honest, "SignatureValue")
    forged = edited(forged, (old, f"<SignatureValue>{base64.b64encode(mac).decode()}</SignatureValue>"))
    assert refused(forged, world) == ["SIG-ALGORITHM"]


def test_a_truncated_mac_length(honest: bytes, world: World) -> None:
    method = part(honest, "SignatureMethod")
    short = method.replace("></", "><HMACOutputLength>0</HMACOutputLength></")
    assert refused(edited(honest, (method, short)), world) == ["SIG-PROFILE"]


def test_a_method_of_the_other_kind_of_key(honest: bytes, world: World) -> None:
    assert refused(edited(honest, ("#ecdsa-sha256", "#rsa-sha256")), world) == ["SIG-VALUE"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("DigestValue", "!!"), ("DigestValue", ""), ("SignatureValue", ""), ("SignatureValue", "é")],
)
def test_values_that_are_no_base64(honest: bytes, world: World, name: str, value: str) -> None:
    forged = edited(honest, (part(honest, name), f"<{name}>{value}</{name}>"))
    assert refused(forged, world) == ["SIG-PROFILE"]


# --- whose key ---


@pytest.mark.error("CERT-UNTRUSTED")
def test_a_stranger_s_own_certificate_in_place_of_the_signer_s(honest: bytes, world: World) -> None:
    _, other = demo_ca.new_authority()
    stranger = new_key(other)
    assert refused(signed(stranger), world) == ["CERT-UNTRUSTED"]


def test_the_signer_s_certificate_over_a_stranger_s_signature(world: World) -> None:
    stranger = new_key(world.issuing)
    old, new = (part(signed(key), "KeyInfo") for key in (stranger, world.ec))
    assert refused(edited(signed(stranger), (old, new)), world) == ["SIG-VALUE"]


def test_the_true_certificate_second_and_the_attacker_s_first(world: World) -> None:
    _, other = demo_ca.new_authority()
    stranger = new_key(other)
    first = part(signed(world.ec), "X509Certificate")
    both = edited(signed(stranger), ("</X509Data>", f"{first}</X509Data>"))
    assert refused(both, world) == ["CERT-UNTRUSTED"]


def test_a_key_value_is_never_the_key(honest: bytes, world: World) -> None:
    """Real files carry a KeyValue beside the certificate; it is borne, and counts for nothing."""
    value = "<KeyValue><RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>"
    assert status(edited(honest, ("<KeyInfo>", f"<KeyInfo>{value}")), world).valid
    assert refused(edited(honest, (part(honest, "X509Data"), value)), world) == ["SIG-KEYINFO"]


@pytest.mark.parametrize(
    "info",
    [
        '<RetrievalMethod URI="http://127.0.0.1/key"/>',
        "<KeyName>khoa</KeyName>",
        "<X509Data><X509SubjectName>CN=A</X509SubjectName></X509Data>",
        "<X509Data><X509Certificate>AAAA</X509Certificate></X509Data>",
        "<X509Data><X509Certificate>!</X509Certificate></X509Data>",
        "<X509Data><X509Certificate></X509Certificate></X509Data>",
        "",
    ],
)
def test_key_data_without_a_readable_certificate(honest: bytes, world: World, info: str) -> None:
    forged = edited(honest, (part(honest, "KeyInfo"), f"<KeyInfo>{info}</KeyInfo>"))
    assert refused(forged, world) == ["SIG-KEYINFO"]


@pytest.mark.error("SIG-KEYINFO")
def test_a_crowd_of_certificates(honest: bytes, world: World) -> None:
    one = part(honest, "X509Certificate")
    assert refused(edited(honest, (one, one * 9)), world) == ["SIG-KEYINFO"]


# --- XML itself ---

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("?>\n<HSoThueDTu", f"?>\n{BOMB}<HSoThueDTu", "XML-DOCTYPE"),
        ("?>\n<HSoThueDTu", '?>\n<!DOCTYPE x SYSTEM "file:///etc/passwd"><HSoThueDTu', "XML-DOCTYPE"),
        (f"<mst>{MST}", f"<mst>{MST[:5]}<!-- -->{MST[5:]}", "XML-COMMENT"),
        (f"<mst>{MST}", f"<mst>{MST[:5]}<?x?>{MST[5:]}", "XML-INSTRUCTION"),
        (f"<mst>{MST}", f"<mst><![CDATA[{MST}]]>", "XML-CDATA"),
    ],
)
def test_markup_that_hides_text(honest: bytes, world: World, old: str, new: str, code: str) -> None:
    assert refused(edited(honest, (old, new)), world) == [code]


def test_the_same_return_respelt_in_utf_16_is_refused(honest: bytes, world: World) -> None:
    respelt = edited(honest, ('encoding="UTF-8"', 'encoding="UTF-16"')).decode().encode("utf-16")
    assert refused(respelt, world) == ["XML-UTF16"]


def test_the_same_return_respelt_in_other_markup_has_the_same_digest(honest: bytes, world: World) -> None:
    respelt = edited(
        honest, ('<?xml version="1.0" encoding="UTF-8"?>\n', ""), ('id="ID_2"/>', "id = 'ID_2' ></Dong>")
    )
    ours, theirs = status(honest, world), status(respelt, world)
    assert respelt != honest
    assert theirs.valid
    assert theirs.covered_digest == ours.covered_digest
    assert theirs.content == ours.content


def test_an_unsigned_file_says_so_and_nothing_else(world: World) -> None:
    result = status(UNSIGNED, world)
    assert codes(result) == ["SIG-NONE"]
    assert not result.signed
    assert result.intact is None


def test_a_file_that_is_no_xml(world: World) -> None:
    assert not status(b"%PDF-1.7", world).valid
    assert not status(b"", world).valid


def test_the_moment_of_verification_needs_a_time_zone(honest: bytes, world: World) -> None:
    with pytest.raises(ValueError, match="time zone"):
        status(honest, world, at=AT.replace(tzinfo=None))
