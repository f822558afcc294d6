"""Sign a return or a notice: an enveloped XML signature spliced into the text of the file."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from khaithue.exchange.safe_xml import parse
from khaithue.returns.findings import Finding, finding
from khaithue.signing import profile
from khaithue.signing.canonical import canonical
from khaithue.signing.keys import SigningKey
from khaithue.signing.profile import Content
from khaithue.signing.target import BLOCK, DSIG, Target, legal_time

_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_METHODS = "http://www.w3.org/2001/04/xmldsig-more#"
_UNIQUE_ID = "NODETOSIGN"
"""The id that the authority's own portal writes."""

_EMPTY_BLOCK = re.compile(rb"<(?:[\w.\-]+:)?CKyDTu(?P<attributes>\s[^<>]*?)?(?:/>|>\s*</[\w.\-:]+\s*>)\s*\Z")


@dataclass(frozen=True)
class _Place:
    """The bytes before and after the signature, and the id it refers to."""

    before: bytes
    after: bytes
    id: str
    id_name: str


def sign(
    data: bytes, key: SigningKey, *, target: Target = Target.RETURN, at: datetime
) -> tuple[bytes | None, list[Finding]]:
    """The signed file, or why it cannot be signed: not a file of that frame, signed already, no usable id.

    RSA-SHA256 or ECDSA-SHA256 by the kind of key, digest SHA-256, inclusive Canonical XML 1.0 as the
    authority's own files use. The signature is put into ``CKyDTu`` (made when missing) and every other byte
    of the file stays as it was, with one exception: when rows carry the content's id too, as HTKK writes
    ``ID_1`` everywhere, the content gets the id ``NODETOSIGN``, so that no verifier can take a row for the
    content.

    ``SigningTime`` is written as Vietnamese programs write it, in an Object that the one Reference does not
    cover: it informs people; what counts is the moment of receipt. ``at`` is that time and needs a time
    zone.
    """
    place, findings = _find_place(data, target)
    return (None, findings) if place is None else _fill(place, key, at)


def _find_place(data: bytes, target: Target) -> tuple[_Place | None, list[Finding]]:
    """Where the signature goes; the tree of a large file is let go here, before signing builds its own."""
    root, findings = parse(data)
    if root is None:
        return None, findings
    if profile.is_signed(root):
        return None, [finding("SIGN-ALREADY")]
    content, findings = profile.find_content(root, target)
    if content is None:
        return None, findings
    if len(profile.carriers(root, content.id)) > 1:
        return _find_renamed(data, root, content, target)
    block = _block(data, root)
    if block is None:
        return None, [finding("SIGN-PLACE")]
    return _Place(*block, content.id, content.id_name), []


def _find_renamed(
    data: bytes, root: etree._Element, content: Content, target: Target
) -> tuple[_Place | None, list[Finding]]:
    if profile.carriers(root, _UNIQUE_ID):
        return None, [finding("SIG-ID-TWICE", id=content.id)]
    match = _start_tag(target.element, content.id_name).search(data)
    if match is None:
        return None, [finding("SIG-ID", element=target.element, name=content.id_name)]
    renamed = data[: match.start("id")] + _UNIQUE_ID.encode() + data[match.end("id") :]
    return _find_place(renamed, target)


def _start_tag(element: str, id_name: str) -> re.Pattern[bytes]:
    """A start tag up to its id, as written; comments and CDATA are refused, so nothing else matches."""
    attribute = r"""\s+[\w:.\-]+\s*=\s*(?:"[^"]*"|'[^']*')"""
    return re.compile(
        rf"""<(?:[\w.\-]+:)?{element}(?:{attribute})*?\s+{id_name}\s*=\s*(?P<q>["'])(?P<id>.*?)(?P=q)""".encode()
    )


def _block(data: bytes, root: etree._Element) -> tuple[bytes, bytes] | None:
    """The bytes before and after the signature, with its block's tags; None when the block is not empty."""
    end = data.rindex(b"</")
    prefix = f"{root.prefix}:{BLOCK}" if root.prefix else BLOCK
    if len(root) == 1:
        head = data[:end].rstrip()
        return head + f"<{prefix}>".encode(), f"</{prefix}>".encode() + data[len(head) :]
    match = _EMPTY_BLOCK.search(data, 0, end)
    if match is None:
        return None
    opening = f"<{prefix}".encode() + (match["attributes"] or b"").rstrip() + b">"
    trailing = data[len(data[:end].rstrip()) :]
    return data[: match.start()] + opening, f"</{prefix}>".encode() + trailing


def _fill(place: _Place, key: SigningKey, at: datetime) -> tuple[bytes | None, list[Finding]]:
    """Let xmlsec sign the file with an empty signature in it, then write its two values into that text."""
    draft, findings = parse(place.before + _signature(key, place.id, at).encode() + place.after)
    if draft is None:
        return None, findings
    signature = draft[1][0]
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(_pem(key), xmlsec.constants.KeyDataFormatPem)
    context.register_id(draft[0], place.id_name)
    try:
        context.sign(signature)
    except xmlsec.Error:
        if canonical(draft[0]) is None:
            return None, [finding("SIG-PROFILE", element="xmlns")]
        raise
    digest = "".join((signature.findtext(f".//{{{DSIG}}}DigestValue") or "").split())
    value = "".join((signature.findtext(f"{{{DSIG}}}SignatureValue") or "").split())
    return place.before + _signature(key, place.id, at, digest, value).encode() + place.after, []


def _signature(key: SigningKey, reference: str, at: datetime, digest: str = "", value: str = "") -> str:
    method = "rsa-sha256" if isinstance(key.private, rsa.RSAPrivateKey) else "ecdsa-sha256"
    time = legal_time(at).strftime("%Y-%m-%dT%H:%M:%S")
    return (
        f'<Signature xmlns="{DSIG}"><SignedInfo>'
        f'<CanonicalizationMethod Algorithm="{_C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{_METHODS}{method}"></SignatureMethod><Reference URI="#{reference}">'
        f'<Transforms><Transform Algorithm="{DSIG}enveloped-signature"></Transform>'
        f'<Transform Algorithm="{_C14N}"></Transform></Transforms>'
        f'<DigestMethod Algorithm="{_SHA256}"></DigestMethod>'
        f"<DigestValue>{digest}</DigestValue></Reference></SignedInfo>"
        f"<SignatureValue>{value}</SignatureValue><KeyInfo><X509Data>"
        f"<X509SubjectName>{escape(key.certificate.subject.rfc4514_string())}</X509SubjectName>"
        f"{''.join(_certificate(item) for item in (key.certificate, *key.chain))}</X509Data></KeyInfo>"
        f"<Object><SignatureProperties><SignatureProperty><SigningTime>{time}</SigningTime></SignatureProperty>"
        f"</SignatureProperties></Object></Signature>"
    )


def _certificate(certificate: x509.Certificate) -> str:
    text = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    return f"<X509Certificate>{text}</X509Certificate>"


def _pem(key: SigningKey) -> bytes:
    return key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
