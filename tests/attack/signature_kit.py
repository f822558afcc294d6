"""A small world of authorities, keys and signed returns, and the means to spoil each thing in it."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from khaithue.signing import demo_ca
from khaithue.signing.demo_ca import DemoSubject, Issuer, PrivateKey
from khaithue.signing.keys import SigningKey
from khaithue.signing.policy import Policy, current_policy
from khaithue.signing.sign import sign
from khaithue.signing.status import SignatureStatus
from khaithue.signing.target import DSIG, Target
from khaithue.signing.trust import TrustStore
from khaithue.signing.verify import verify

AT = datetime(2026, 6, 18, 3, 0, tzinfo=UTC)
MST = "0319900012"
NS = "http://kekhaithue.gdt.gov.vn/TKhaiThue"
UNSIGNED = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<HSoThueDTu xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="{NS}">\n'
    '  <HSoKhaiThue id="NODETOSIGN">\n'
    f"    <TTinChung><NNT><mst>{MST}</mst><tenNNT>CÔNG TY TNHH MẪU A &amp; B</tenNNT></NNT></TTinChung>\n"
    '    <CTieuTKhaiChinh><ct22 xsi:nil="true"/><ct40>1590900786</ct40></CTieuTKhaiChinh>\n'
    '    <PLuc><Dong id="ID_1"><ct08>Hàng 1</ct08></Dong><Dong id="ID_2"/></PLuc>\n'
    "  </HSoKhaiThue>\n"
    "  <CKyDTu></CKyDTu>\n"
    "</HSoThueDTu>\n"
).encode()


@dataclass(frozen=True, repr=False)
class World:
    """One authority that is trusted, and two taxpayers of the same tax code with different kinds of key."""

    issuing: Issuer
    trust: TrustStore
    root: Path
    rsa: SigningKey
    ec: SigningKey


def build(directory: Path) -> World:
    """The world, its trusted files written into the directory."""
    root, issuing = demo_ca.new_authority()
    (directory / "root.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    (directory / "issuing.crt").write_bytes(issuing.certificate.public_bytes(Encoding.DER))
    (directory / "root.crl").write_bytes(demo_ca.revocation_list(root, {}))
    (directory / "issuing.crl").write_bytes(demo_ca.revocation_list(issuing, {}))
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    trust = TrustStore.load(directory)
    return World(
        issuing, trust, directory / "root.pem", new_key(issuing, key=rsa_key), new_key(issuing, mst=MST)
    )


def new_key(
    issuing: Issuer,
    *,
    mst: str = MST,
    key: PrivateKey | None = None,
    subject: x509.Name | None = None,
    spoil: Callable[[x509.CertificateBuilder], x509.CertificateBuilder] = lambda builder: builder,
) -> SigningKey:
    """A key certified by the authority, the certificate spoilt as asked."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = subject or demo_ca.subject_name(DemoSubject("CÔNG TY TNHH MẪU A", mst))
    builder = spoil(demo_ca.certificate_builder(name, key, issuing))
    return SigningKey(key, builder.sign(issuing.key, hashes.SHA256()), (issuing.certificate,))


def rebuilt(builder: x509.CertificateBuilder, **fields: Any) -> x509.CertificateBuilder:
    """A builder with some of its fields replaced, which the library's own methods refuse to do twice."""
    for name, value in fields.items():
        setattr(builder, f"_{name}", value)
    return builder


def stale_list(issuing: Issuer, next_update: datetime) -> bytes:
    """An empty revocation list that promised its successor for that moment."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuing.certificate.subject)
    builder = builder.last_update(demo_ca.VALID_FROM).next_update(next_update)
    return builder.sign(issuing.key, hashes.SHA256()).public_bytes(Encoding.DER)


def signed(key: SigningKey, data: bytes = UNSIGNED, target: Target = Target.RETURN) -> bytes:
    """The data signed as the product signs it."""
    result, findings = sign(data, key, target=target, at=AT)
    assert result is not None, findings
    return result


def status(
    data: bytes,
    world: World,
    *,
    at: datetime = AT,
    policy: Policy | None = None,
    mst: Collection[str] | None = (MST,),
    trust: TrustStore | None = None,
    target: Target = Target.RETURN,
) -> SignatureStatus:
    """What the product says of the data."""
    return verify(
        data,
        trust=trust or world.trust,
        at=at,
        policy=policy or current_policy(),
        expected_mst=mst,
        target=target,
    )


def codes(result: SignatureStatus) -> list[str]:
    """The codes found, in order."""
    return [item.code for item in result.findings]


def edited(data: bytes, *replacements: tuple[str, str]) -> bytes:
    """The data with each text replaced once; a text that is not there is a mistake of the test."""
    text = data.decode()
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def part(data: bytes, name: str) -> str:
    """The whole text of the first element of that name."""
    match = re.search(rf"<{name}[ >].*</{name}>", data.decode(), re.DOTALL)
    assert match, name
    return match[0]


def resigned(data: bytes, key: SigningKey) -> bytes:
    """The data with digest and signature computed anew by xmlsec, whatever its signature refers to."""
    root = etree.fromstring(data)
    context = xmlsec.SignatureContext()
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
    for element in root.iter("{*}HSoKhaiThue", "{*}TTinChung"):
        if element.get("id"):
            context.register_id(element, "id")
    for item in root.iter(f"{{{DSIG}}}DigestValue", f"{{{DSIG}}}SignatureValue"):
        item.text = None
    signature = root.find(f".//{{{DSIG}}}Signature")
    assert signature is not None
    context.sign(signature)
    return etree.tostring(root, encoding="UTF-8")
