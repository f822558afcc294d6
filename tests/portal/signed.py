"""Signed returns for tests: the sample of company A, changed where a test wants, signed by a demo CA."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.registration.certificate import read_certificate, register_certificate
from khaithue.signing.demo_ca import DemoAuthority
from khaithue.signing.keys import load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.sign import sign

SAMPLE = next((Path(__file__).parent.parent / "samples").glob("842_*.xml")).read_text(encoding="utf-8-sig")
A, B = "0319900012", "0319900037"
NOON = datetime.fromisoformat("2026-07-01T12:00:00.250+07:00")
"""When tests file: after May 2026 was due."""


@dataclass(frozen=True)
class Signers:
    """People with a key of one demo authority."""

    authority: DemoAuthority

    def certificate(self, mst: str = A) -> bytes:
        """The certificate of the holder of that tax code, as DER."""
        key, _ = load_pkcs12(
            self.authority.people[mst].read_bytes(),
            self.authority.password,
            at=NOON,
            policy=current_policy(),
        )
        assert key is not None
        return key.certificate.public_bytes(Encoding.DER)

    def registered(self, taxpayer: Taxpayer) -> None:
        """Register the taxpayer's own certificate; the office must trust the authority by now."""
        facts = read_certificate(self.certificate(taxpayer.mst), taxpayer.mst, NOON)
        register_certificate(taxpayer, facts, NOON)

    def signed(self, text: str = SAMPLE, mst: str = A) -> bytes:
        """The text signed by the holder of that tax code."""
        file = self.authority.people[mst].read_bytes()
        key, _ = load_pkcs12(file, self.authority.password, at=NOON, policy=current_policy())
        assert key is not None
        data, findings = sign(text.encode(), key, at=NOON)
        assert data is not None, findings
        return data


def changed(*replacements: tuple[str, str]) -> str:
    """The sample with texts replaced, each of which must be there."""
    text = SAMPLE
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text


def of_period(month: int) -> str:
    """The sample for another month of 2026, its last figures kept."""
    days = {4: "30", 6: "30", 7: "31"}[month]
    return changed(
        ("<kyKKhai>05/2026", f"<kyKKhai>{month:02d}/2026"),
        ("01/05/2026", f"01/{month:02d}/2026"),
        ("31/05/2026", f"{days}/{month:02d}/2026"),
    )
