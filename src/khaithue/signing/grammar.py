"""What may stand inside a Signature element, as a table; everything else is refused."""

import re

from lxml import etree

from khaithue.returns.findings import Finding, finding
from khaithue.signing.target import DSIG

_CHILDREN = {
    "Signature": r"SignedInfo SignatureValue KeyInfo( Object)?",
    "SignedInfo": r"CanonicalizationMethod SignatureMethod Reference",
    "Reference": r"(Transforms )?DigestMethod DigestValue",
    "Transforms": r"Transform( Transform)?",
    "KeyInfo": r"(KeyValue )?X509Data( KeyValue)?",
    "KeyValue": r"RSAKeyValue",
    "RSAKeyValue": r"Modulus Exponent",
    "X509Data": r"(X509SubjectName |X509IssuerSerial |X509SKI )*X509Certificate( X509\w+)*",
    "X509IssuerSerial": r"X509IssuerName X509SerialNumber",
    "Object": r"SignatureProperties",
    "SignatureProperties": r"SignatureProperty",
    "SignatureProperty": r"SigningTime",
}
"""The children of each element, in order; an element not named here has none."""

_LEAVES = frozenset(
    {
        "CanonicalizationMethod",
        "SignatureMethod",
        "Transform",
        "DigestMethod",
        "DigestValue",
        "SignatureValue",
    }
    | {"X509SubjectName", "X509SKI", "X509Certificate", "X509IssuerName", "X509SerialNumber"}
    | {"Modulus", "Exponent", "SigningTime"}
)
_UNQUALIFIED = frozenset({"SignatureProperties", "SignatureProperty", "SigningTime"})
"""Vietnamese signing programs write these without a namespace."""

_ATTRIBUTES = {
    "Reference": {"URI"},
    "SignatureProperty": {"Target"},
    "CanonicalizationMethod": {"Algorithm"},
    "SignatureMethod": {"Algorithm"},
    "DigestMethod": {"Algorithm"},
    "Transform": {"Algorithm"},
}
"""The attributes of each element, beside ``Id``."""


def departures(signature: etree._Element) -> list[Finding]:
    """The first element, child or attribute that the table does not allow, or nothing."""
    for element in signature.iter():
        name = etree.QName(element)
        if not (
            _known(name)
            and _children_fit(element, name.localname)
            and _attributes_fit(element, name.localname)
        ):
            code = "SIG-KEYINFO" if _below_key_info(element) else "SIG-PROFILE"
            return [finding(code, element=name.localname)]
    return []


def _known(name: etree.QName) -> bool:
    if name.namespace is None and name.localname in _UNQUALIFIED:
        return True
    return name.namespace == DSIG and (name.localname in _CHILDREN or name.localname in _LEAVES)


def _children_fit(element: etree._Element, name: str) -> bool:
    children = " ".join(etree.QName(child).localname for child in element)
    return re.fullmatch(_CHILDREN.get(name, ""), children) is not None


def _attributes_fit(element: etree._Element, name: str) -> bool:
    return set(element.attrib) <= _ATTRIBUTES.get(name, set()) | {"Id"}


def _below_key_info(element: etree._Element) -> bool:
    names = [element, *element.iterancestors()]
    return any(item.tag == f"{{{DSIG}}}KeyInfo" for item in names)
