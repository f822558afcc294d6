"""Revocation lists: the table of serial numbers says what the validator of chains says, and no more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from khaithue.signing import demo_ca
from khaithue.signing.chain import Chain, check_chain
from khaithue.signing.demo_ca import DemoSubject, Issuer
from khaithue.signing.policy import current_policy
from khaithue.signing.trust import TrustStore

AT = datetime(2026, 6, 18, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def authorities() -> tuple[Issuer, Issuer]:
    return demo_ca.new_authority()


@pytest.fixture(scope="module")
def leaf(authorities: tuple[Issuer, Issuer]) -> x509.Certificate:
    issuing = authorities[1]
    key = ec.generate_private_key(ec.SECP256R1())
    name = demo_ca.subject_name(DemoSubject("CÔNG TY TNHH MẪU A", "0319900012"))
    return demo_ca.certificate_builder(name, key, issuing).sign(issuing.key, hashes.SHA256())


def a_list(
    issuer: Issuer,
    revoked: dict[int, datetime],
    *,
    issued: datetime = demo_ca.VALID_FROM,
    next_update: datetime = demo_ca.VALID_TO,
    points: x509.IssuingDistributionPoint | None = None,
) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(issued).next_update(next_update)
    if points is not None:
        builder = builder.add_extension(points, critical=True)
    for serial, when in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def points(*, people: bool = False, authorities: bool = False) -> x509.IssuingDistributionPoint:
    """A list for the certificates of people only, or of authorities only."""
    return x509.IssuingDistributionPoint(None, None, people, authorities, None, False, False)


def store(directory: Path, authorities: tuple[Issuer, Issuer], *lists: bytes) -> TrustStore:
    root, issuing = authorities
    for old in directory.iterdir():
        old.unlink()
    (directory / "root.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    (directory / "issuing.pem").write_bytes(issuing.certificate.public_bytes(Encoding.PEM))
    for number, data in enumerate((a_list(root, {}), *lists)):
        (directory / f"{number}.crl").write_bytes(data)
    return TrustStore.load(directory)


def checked(leaf: x509.Certificate, trust: TrustStore, at: datetime = AT) -> Chain:
    return check_chain(leaf, (), trust, at=at, policy=current_policy())


def by_the_validator(leaf: x509.Certificate, trust: TrustStore, at: datetime) -> bool | None:
    """The oracle: the same question with no table to ask, so pyhanko-certvalidator walks the lists."""
    return checked(leaf, replace(trust, lists=()), at).not_revoked


@settings(max_examples=40, deadline=None)
@given(
    mine=st.booleans(),
    revoked=st.integers(-3, 3),
    issued=st.integers(-3, 3),
    until=st.integers(0, 3),
    others=st.sets(st.integers(1, 2**64), max_size=5),
)
def test_the_table_says_what_the_validator_says(
    authorities: tuple[Issuer, Issuer],
    leaf: x509.Certificate,
    tmp_path_factory: pytest.TempPathFactory,
    mine: bool,
    revoked: int,
    issued: int,
    until: int,
    others: set[int],
) -> None:
    when = AT + revoked * SECOND
    serials = {*others, leaf.serial_number} if mine else others
    entries = dict.fromkeys(serials, when)
    start = AT + issued * SECOND
    data = a_list(authorities[1], entries, issued=start, next_update=start + until * SECOND)
    trust = store(tmp_path_factory.mktemp("trust"), authorities, data)
    assert len(trust.lists) == 2
    assert checked(leaf, trust).not_revoked is by_the_validator(leaf, trust, AT)


@pytest.mark.parametrize(
    ("kept", "entries", "expected"),
    [
        (points(people=True), True, False),
        (points(people=True), False, True),
        (points(authorities=True), True, None),
        (points(authorities=True), False, None),
    ],
)
def test_a_list_for_some_certificates_is_left_to_the_validator(
    authorities: tuple[Issuer, Issuer],
    leaf: x509.Certificate,
    tmp_path: Path,
    kept: x509.IssuingDistributionPoint,
    entries: bool,
    expected: bool | None,
) -> None:
    revoked = {leaf.serial_number: AT - SECOND} if entries else {}
    trust = store(tmp_path, authorities, a_list(authorities[1], revoked, points=kept))
    assert (len(trust.lists), len(trust.crls)) == (1, 2)
    assert checked(leaf, trust).not_revoked is expected


def test_one_list_that_says_revoked_outweighs_a_later_one(
    authorities: tuple[Issuer, Issuer], leaf: x509.Certificate, tmp_path: Path
) -> None:
    revoked = a_list(authorities[1], {leaf.serial_number: AT - SECOND})
    later = a_list(authorities[1], {}, issued=AT)
    assert checked(leaf, store(tmp_path, authorities, later)).not_revoked is True
    assert checked(leaf, store(tmp_path, authorities, revoked, later)).not_revoked is False


def test_a_list_signed_by_a_namesake_is_not_asked(
    authorities: tuple[Issuer, Issuer], leaf: x509.Certificate, tmp_path: Path
) -> None:
    namesake = replace(authorities[1], key=ec.generate_private_key(ec.SECP256R1()))
    assert checked(leaf, store(tmp_path, authorities, a_list(namesake, {}))).not_revoked is None
    assert checked(leaf, store(tmp_path, authorities, a_list(authorities[1], {}))).not_revoked is True
