"""The content of a file that carries no signature, read as strictly as a signed one."""

import hashlib
from dataclasses import dataclass

from khaithue.exchange.safe_xml import parse
from khaithue.returns.findings import Finding, finding
from khaithue.signing import profile
from khaithue.signing.canonical import canonical
from khaithue.signing.target import BLOCK, Target
from khaithue.signing.verify import document


@dataclass(frozen=True)
class UnsignedContent:
    """The element a signature would cover: ``document`` holds it alone, read this and never the file.

    ``digest`` is the SHA-256 of its canonical form in hexadecimal, the ``covered_digest`` it would have.
    """

    document: bytes
    digest: str


def unsigned_content(
    data: bytes, target: Target = Target.RETURN
) -> tuple[UnsignedContent | None, list[Finding]]:
    """The content, or why there is none: not of that frame, more than the content, signed (SIGN-ALREADY)."""
    root, findings = parse(data)
    if root is None:
        return None, findings
    if profile.is_signed(root):
        return None, [finding("SIGN-ALREADY")]
    content, findings = profile.find_content(root, target)
    if content is None:
        return None, findings
    if any(len(block) for block in root[1:]):
        return None, [finding("SIG-PROFILE", element=BLOCK)]
    covered = canonical(content.element)
    if covered is None:
        return None, [finding("SIG-PROFILE", element="xmlns")]
    return UnsignedContent(document(covered, target), hashlib.sha256(covered).hexdigest()), []
