"""The outcome of a verification: one field for each fact, None where a fact could not be established."""

from dataclasses import dataclass

from khaithue.returns.findings import Finding, Text, has_errors
from khaithue.signing.certificates import Signer

_VALID = Text("Chữ ký hợp lệ", "The signature is valid")


@dataclass(frozen=True)
class SignatureStatus:
    """What is true of a file's signature.

    ``signed``: there is a signature at all; ``profile_ok``: it has the strict shape; ``intact``: nothing it
    covers was changed and its value is its signer's; ``trusted``: the certificate leads to a root;
    ``in_validity``: at that moment; ``not_revoked``: None when no list could tell; ``key_strong``;
    ``fit_to_sign``: the certificate is an end certificate with a strong key and for signatures;
    ``right_taxpayer``: None when not asked.

    ``signing_time`` is the signer's word and is not covered by the signature: what counts is the moment of
    receipt. ``covered_digest`` is the SHA-256 of the canonical signed element, in hexadecimal: the same for
    every spelling of the same signed return, so it, not the digest of the file, tells a repeated filing.
    ``content`` is a document with the verified element alone, there only when ``intact`` and ``trusted``:
    read this, never the file.
    """

    signed: bool = False
    profile_ok: bool = False
    intact: bool | None = None
    trusted: bool | None = None
    in_validity: bool | None = None
    not_revoked: bool | None = None
    key_strong: bool | None = None
    fit_to_sign: bool | None = None
    right_taxpayer: bool | None = None
    signer: Signer | None = None
    algorithm: str = ""
    signing_time: str = ""
    covered_digest: str = ""
    content: bytes | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the file may be taken as signed: every fact holds and no finding is an error."""
        established = (
            self.signed,
            self.profile_ok,
            self.intact,
            self.trusted,
            self.in_validity,
            self.fit_to_sign,
        )
        open_facts = (self.not_revoked, self.right_taxpayer)
        return all(established) and False not in open_facts and not has_errors(self.findings)

    @property
    def summary(self) -> Text:
        """The outcome in one sentence: the first thing found, or that the signature is valid."""
        if self.findings:
            return self.findings[0].message
        return _VALID
