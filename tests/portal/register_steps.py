"""Applicants, their certificates and an office that answers, for tests of registration."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pytest_django import Settings

from khaithue.portal.accounts.models import Officer, User
from khaithue.portal.office.identity import key_path, trust_directory
from khaithue.portal.registration.actions.apply import apply
from khaithue.portal.registration.asked import Asked
from khaithue.portal.registration.models import Application
from khaithue.signing import demo_ca

MST, NAME = "0319900051", "CÔNG TY TNHH MẪU C"
OFFICE, OFFICE_NAME = "70123", "Thuế cơ sở 12 Thành phố Hồ Chí Minh"
PASSWORD = "thu"  # noqa: S105  # of keys that live for one run
VALID = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Authority:
    """A demo authority that issues the certificates a test wants; one number is revoked."""

    folder: Path
    issuing: demo_ca.Issuer
    revoked: int

    def certificate(
        self,
        mst: str = MST,
        *,
        valid: tuple[datetime, datetime] = VALID,
        number: int = 0,
        issuer: demo_ca.Issuer | None = None,
    ) -> bytes:
        """A certificate for that tax code, as DER."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = issuer or self.issuing
        subject = demo_ca.subject_name(demo_ca.DemoSubject(NAME, mst))
        built = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject)
            .public_key(key.public_key())
            .serial_number(number or x509.random_serial_number())
            .not_valid_before(valid[0])
            .not_valid_after(valid[1])
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
            )
        )
        return built.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def new_authority(folder: Path) -> Authority:
    """Write a trust directory with lists, and the office's key."""
    made = demo_ca.create(folder, [], password=PASSWORD)
    root, issuing = demo_ca.new_authority()
    revoked = x509.random_serial_number()
    for name, each in (("root", root), ("issuing", issuing)):
        (made.trust / f"{name}2.pem").write_bytes(each.certificate.public_bytes(Encoding.PEM))
    since = datetime(2026, 1, 1, tzinfo=UTC)
    (made.trust / "root2.crl").write_bytes(demo_ca.revocation_list(root, {}))
    (made.trust / "issuing2.crl").write_bytes(demo_ca.revocation_list(issuing, {revoked: since}))
    return Authority(folder, issuing, revoked)


def open_office(settings: Settings, authority: Authority) -> None:
    """The portal trusts the authority and signs with its office key."""
    settings.OFFICE_PASSWORD = PASSWORD
    key_path().parent.mkdir()
    key_path().write_bytes((authority.folder / "office.p12").read_bytes())
    trust_directory().symlink_to(authority.folder / "trust")


def asked(certificate: bytes = b"", **changes: object) -> Asked:
    """A registration without a fault, changed where a test wants."""
    whole = Asked(
        mst=MST,
        name=NAME,
        office_code=OFFICE,
        email="ke-toan@mau-c.example.vn",
        email_again="ke-toan@mau-c.example.vn",
        phone="0912 345 678",
        person="NGUYỄN VĂN C",
        certificate=certificate,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # the names are those of the fields


def applied(asking: Asked) -> Application:
    """The application that is stored for it."""
    outcome = apply(asked=asking)
    assert outcome.value is not None, [item.code for item in outcome.findings]
    return outcome.value


def new_officer(username: str = "can-bo", code: str = OFFICE) -> User:
    """An officer of an office."""
    user = User.objects.create_user(username, email=f"{username}@example.vn")
    Officer.objects.create(user=user, office_code=code, office_name=OFFICE_NAME)
    return user
