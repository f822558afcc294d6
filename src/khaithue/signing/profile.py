"""The strict shape of a signed file, checked before any cryptography.

Libraries verify whatever a signature points at: an element moved elsewhere, a part of the file, another
file. Here the signature must stand in its place and point at the one element that is read, by algorithms
the policy lists. DOCTYPEs, comments and processing instructions never get here: ``exchange.safe_xml``
refuses them.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import date
from typing import cast

from lxml import etree

from khaithue.returns.findings import Finding, finding
from khaithue.signing import grammar
from khaithue.signing.policy import Policy
from khaithue.signing.target import BLOCK, DSIG, Target

_SIGNATURE = f"{{{DSIG}}}Signature"
_HOLDERS = etree.XPath("//@*[. = $value]/..")
_XML_IDS = etree.XPath("boolean(//@xml:id | //@xml:base)")
_ID_NAMES = frozenset({"id", "Id", "ID"})
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_ENVELOPED = DSIG + "enveloped-signature"


@dataclass(frozen=True)
class Content:
    """The one element that may be signed: the root's own child that is read, and its id."""

    element: etree._Element
    id_name: str
    id: str


@dataclass(frozen=True)
class Claim:
    """What a well-formed signature claims: this content has this digest. Nothing in it is verified yet.

    ``digest`` is a hashlib name; ``certificates`` are DER, the signer's first; ``signing_time`` is the
    signer's word, not covered by the signature.
    """

    content: Content
    signature: etree._Element
    method: str
    digest: str
    digest_value: bytes
    exclusive: bool
    certificates: tuple[bytes, ...]
    signing_time: str


def is_signed(root: etree._Element) -> bool:
    """Whether the file holds an XML signature anywhere."""
    return next(root.iter(_SIGNATURE), None) is not None


def carriers(root: etree._Element, value: str) -> list[etree._Element]:
    """Every element with an ``id``, ``Id`` or ``ID`` of that value, in any namespace."""
    holders = cast("list[etree._Element]", _HOLDERS(root, value=value))
    return [item for item in holders if value in (item.get(name) for name in _id_attributes(item))]


def _id_attributes(element: etree._Element) -> list[str]:
    return [str(name) for name in element.attrib if etree.QName(name).localname in _ID_NAMES]


def find_content(root: etree._Element, target: Target) -> tuple[Content | None, list[Finding]]:
    """The one element of the frame that may be signed, or why there is none."""
    found = _frame(root, target) or _one_element(root, target) or _nothing_outside(root, target)
    if found:
        return None, found
    element = root[0]
    names = _id_attributes(element)
    if len(names) != 1 or names[0] not in target.id_names or not _ID.fullmatch(element.attrib[names[0]]):
        return None, [finding("SIG-ID", element=target.element, name=target.id_names[0])]
    return Content(element, names[0], element.attrib[names[0]]), []


def find_claim(
    root: etree._Element, target: Target, policy: Policy, day: date
) -> tuple[Claim | None, list[Finding]]:
    """The claim of the file's one signature, or the first reason why it is not of the profile."""
    found = _one_signature(root) or _not_moved(root, target)
    if found:
        return None, found
    content, found = find_content(root, target)
    if content is None:
        return None, found
    if len(root) < 2 or [child.tag for child in root[1]] != [_SIGNATURE]:
        return None, [finding("SIG-PROFILE", element=BLOCK)]
    signature = root[1][0]
    found = (
        _reference(root, content, signature, policy)
        or _algorithms(signature, policy, day)
        or grammar.departures(signature)
    )
    return (None, found) if found else _read(content, signature, policy)


def _one_signature(root: etree._Element) -> list[Finding]:
    count = len(list(root.iter(_SIGNATURE)))
    if count == 0:
        return [finding("SIG-NONE")]
    return [finding("SIG-TWICE", count=count)] if count > 1 else []


def _not_moved(root: etree._Element, target: Target) -> list[Finding]:
    """Refuse a reference to an element of the right name in the wrong place."""
    reference = root.find(f".//{{{DSIG}}}Reference")
    value = "" if reference is None else reference.get("URI", "").removeprefix("#")
    holders = [item for item in carriers(root, value) if etree.QName(item).localname == target.element]
    if holders and all(item.getparent() is not root for item in holders):
        return [finding("SIG-MOVED", element=target.element)]
    return []


def _frame(root: etree._Element, target: Target) -> list[Finding]:
    if root.tag != target.tag(target.root):
        return [finding("SIG-FRAME", root=target.root, found=etree.QName(root).localname)]
    return [finding("SIG-PROFILE", element="xml:id")] if _XML_IDS(root) else []


def _one_element(root: etree._Element, target: Target) -> list[Finding]:
    everywhere = list(root.iter(f"{{*}}{target.element}"))
    if not everywhere:
        return [finding("SIG-NO-CONTENT", element=target.element)]
    if len(everywhere) > 1:
        return [finding("SIG-SECOND-RETURN", element=target.element, count=len(everywhere))]
    in_place = everywhere[0].getparent() is root and everywhere[0].tag == target.tag(target.element)
    return [] if in_place else [finding("SIG-MOVED", element=target.element)]


def _nothing_outside(root: etree._Element, target: Target) -> list[Finding]:
    """The root holds the element, then at most one signature block, and no text of its own."""
    frame = [target.tag(target.element), target.tag(BLOCK)]
    for child, expected in zip(root, [*frame, *[""] * len(root)], strict=False):
        if child.tag != expected:
            return [finding("SIG-OUTSIDE", element=etree.QName(child).localname)]
    loose = [root.text, *(child.tail for child in root)]
    for block in root[1:]:
        loose += [block.text, *(inside.tail for inside in block)]
    return [finding("SIG-OUTSIDE", element="text()")] if any(_is_text(item) for item in loose) else []


def _is_text(value: str | None) -> bool:
    return bool(value and value.strip(" \t\r\n"))


def _reference(
    root: etree._Element, content: Content, signature: etree._Element, policy: Policy
) -> list[Finding]:
    """Exactly one reference, by id, to the content; the id names nothing else that could be meant."""
    uris = [item.get("URI") for item in signature.iter(f"{{{DSIG}}}Reference")]
    if uris != ["#" + content.id]:
        return [finding("SIG-REFERENCE", element=etree.QName(content.element).localname, uri=_shown(uris))]
    others = [item for item in carriers(root, content.id) if item is not content.element]
    if any(not _is_row(item, content.element, policy) for item in others):
        return [finding("SIG-ID-TWICE", id=content.id)]
    return []


def _shown(uris: list[str | None]) -> str:
    return ", ".join("–" if uri is None else f"“{uri[:80]}”" for uri in uris[:3])


def _is_row(item: etree._Element, content: etree._Element, policy: Policy) -> bool:
    return policy.rows_may_repeat_id and content in item.iterancestors()


def _algorithms(signature: etree._Element, policy: Policy, day: date) -> list[Finding]:
    """The canonicalizations, digest and signature method are all listed, and accepted on that day."""
    for uri in _named_algorithms(signature, "CanonicalizationMethod"):
        if uri not in policy.canonicalizations:
            return [finding("SIG-ALGORITHM", algorithm=uri[:80])]
    for uri in _named_algorithms(signature, "Transform"):
        if uri != _ENVELOPED and uri not in policy.canonicalizations:
            return [finding("SIG-TRANSFORM", algorithm=uri[:80])]
    methods = [(uri, policy.signatures) for uri in _named_algorithms(signature, "SignatureMethod")]
    digests = [(uri, policy.digests) for uri in _named_algorithms(signature, "DigestMethod")]
    for uri, accepted in methods + digests:
        if uri not in accepted:
            return [finding("SIG-ALGORITHM", algorithm=uri[:80])]
        if not accepted[uri].accepted_on(day):
            return [
                finding(
                    "SIG-OLD-ALGORITHM", algorithm=accepted[uri].name, until=f"{accepted[uri].until:%d/%m/%Y}"
                )
            ]
    return []


def _named_algorithms(signature: etree._Element, name: str) -> list[str]:
    return [item.get("Algorithm", "") for item in signature.iter(f"{{{DSIG}}}{name}")]


def _read(content: Content, signature: etree._Element, policy: Policy) -> tuple[Claim | None, list[Finding]]:
    """Take the values out of a signature whose shape and algorithms are already known to be right."""
    transforms = [uri for uri in _named_algorithms(signature, "Transform") if uri != _ENVELOPED]
    certificates = [_base64(item.text) for item in signature.iter(f"{{{DSIG}}}X509Certificate")]
    digest_value = _base64(signature.findtext(f".//{{{DSIG}}}DigestValue"))
    if len(transforms) > 1:
        return None, [finding("SIG-TRANSFORM", algorithm=transforms[1])]
    if digest_value is None or _base64(signature.findtext(f"{{{DSIG}}}SignatureValue")) is None:
        return None, [finding("SIG-PROFILE", element="DigestValue, SignatureValue")]
    if None in certificates or len(certificates) > policy.max_certificates:
        return None, [finding("SIG-KEYINFO", element="X509Certificate")]
    return Claim(
        content=content,
        signature=signature,
        method=policy.signatures[_named_algorithms(signature, "SignatureMethod")[0]].name,
        digest=policy.digests[_named_algorithms(signature, "DigestMethod")[0]].name,
        digest_value=digest_value,
        exclusive=bool(transforms) and policy.canonicalizations[transforms[0]],
        certificates=tuple(item for item in certificates if item is not None),
        signing_time=(signature.findtext(".//{*}SigningTime") or "").strip()[:40],
    ), []


def _base64(text: str | None) -> bytes | None:
    """Strict base64, white space aside; None for anything else and for nothing."""
    try:
        return base64.b64decode("".join((text or "").split()), validate=True) or None
    except (binascii.Error, ValueError):
        return None
