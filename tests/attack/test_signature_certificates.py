"""Whose certificate it is and whether it was good at that moment: each refusal beside its near miss."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from khaithue.returns.findings import Level
from khaithue.signing import demo_ca
from khaithue.signing.keys import SigningKey
from khaithue.signing.policy import current_policy
from khaithue.signing.trust import TrustStore
from tests.attack.signature_kit import (
    AT,
    MST,
    World,
    build,
    codes,
    edited,
    new_key,
    rebuilt,
    resigned,
    signed,
    stale_list,
    status,
)

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("trust"))


def subject(*identities: str) -> x509.Name:
    """A subject with these values of UID."""
    values = [x509.NameAttribute(NameOID.USER_ID, identity) for identity in identities]
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CÔNG TY TNHH MẪU A"), *values])


def with_extension(builder: x509.CertificateBuilder, value: x509.ExtensionType) -> x509.CertificateBuilder:
    """A builder with one extension replaced."""
    kept = [item for item in builder._extensions if item.oid != value.oid]
    return rebuilt(builder, extensions=[*kept, x509.Extension(value.oid, True, value)])


# --- in time ---


@pytest.fixture(scope="module")
def yearly(world: World) -> SigningKey:
    """A certificate valid during the year 2026 by UTC."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    return new_key(
        world.issuing,
        spoil=lambda builder: rebuilt(
            builder, not_valid_before=start.replace(tzinfo=None), not_valid_after=end.replace(tzinfo=None)
        ),
    )


@pytest.mark.error("CERT-EXPIRED")
@pytest.mark.near_miss("CERT-EXPIRED")
def test_the_last_second_of_validity_counts(world: World, yearly: SigningKey) -> None:
    end = yearly.certificate.not_valid_after_utc
    assert status(signed(yearly), world, at=end).valid
    late = status(signed(yearly), world, at=end + SECOND)
    assert codes(late) == ["CERT-EXPIRED"]
    assert (late.in_validity, late.trusted, late.intact) == (False, True, True)


@pytest.mark.error("CERT-NOT-YET")
@pytest.mark.near_miss("CERT-NOT-YET")
def test_the_first_second_of_validity_counts(world: World, yearly: SigningKey) -> None:
    start = yearly.certificate.not_valid_before_utc
    assert status(signed(yearly), world, at=start).valid
    early = status(signed(yearly), world, at=start - SECOND)
    assert codes(early) == ["CERT-NOT-YET"]
    assert (early.in_validity, early.trusted, early.intact) == (False, True, True)


# --- revoked ---


def world_with_list(world: World, directory: Path, crl: bytes | None) -> TrustStore:
    """The same trust with another list of the issuing authority."""
    for path in world.root.parent.iterdir():
        (directory / path.name).write_bytes(path.read_bytes())
    (directory / "issuing.crl").unlink()
    if crl is not None:
        (directory / "issuing.crl").write_bytes(crl)
    return TrustStore.load(directory)


@pytest.mark.error("CERT-REVOKED")
@pytest.mark.near_miss("CERT-REVOKED")
def test_a_certificate_is_refused_after_the_moment_of_its_revocation(world: World, tmp_path: Path) -> None:
    serial = world.ec.certificate.serial_number
    trust = world_with_list(world, tmp_path, demo_ca.revocation_list(world.issuing, {serial: AT}))
    revoked = status(signed(world.ec), world, trust=trust, at=AT + SECOND)
    assert codes(revoked) == ["CERT-REVOKED"]
    assert (revoked.not_revoked, revoked.trusted, revoked.intact) == (False, True, True)
    before = status(signed(world.ec), world, trust=trust, at=AT)
    assert before.valid
    assert before.not_revoked is True


def test_another_certificate_s_revocation_does_not_touch_this_one(world: World, tmp_path: Path) -> None:
    serial = world.rsa.certificate.serial_number
    trust = world_with_list(world, tmp_path, demo_ca.revocation_list(world.issuing, {serial: AT}))
    assert status(signed(world.ec), world, trust=trust).valid


def test_a_revoked_authority_takes_its_certificates_with_it(world: World, tmp_path: Path) -> None:
    root, issuing = demo_ca.new_authority()
    serial = issuing.certificate.serial_number
    for name, data in (
        ("root.pem", root.certificate.public_bytes(Encoding.PEM)),
        ("issuing.pem", issuing.certificate.public_bytes(Encoding.PEM)),
        ("root.crl", demo_ca.revocation_list(root, {serial: AT - SECOND})),
        ("issuing.crl", demo_ca.revocation_list(issuing, {})),
    ):
        (tmp_path / name).write_bytes(data)
    trust = TrustStore.load(tmp_path)
    result = status(signed(new_key(issuing)), replace(world, trust=trust))
    assert codes(result) == ["CERT-REVOKED"]


def test_without_a_list_revocation_is_unknown_and_the_policy_decides(world: World, tmp_path: Path) -> None:
    trust = world_with_list(world, tmp_path, None)
    strict = status(signed(world.ec), world, trust=trust)
    assert codes(strict) == ["CERT-REVOCATION-UNKNOWN"]
    assert strict.not_revoked is None
    assert not strict.valid
    lenient = replace(current_policy(), revocation_unknown=Level.WARNING)
    asked = status(signed(world.ec), world, trust=trust, policy=lenient)
    assert codes(asked) == ["CERT-REVOCATION-UNKNOWN"]
    assert asked.valid


@pytest.mark.error("CERT-REVOCATION-UNKNOWN")
@pytest.mark.near_miss("CERT-REVOCATION-UNKNOWN")
def test_a_list_past_its_next_update_tells_nothing(world: World, tmp_path: Path) -> None:
    trust = world_with_list(world, tmp_path, stale_list(world.issuing, AT))
    assert status(signed(world.ec), world, trust=trust, at=AT).valid
    late = status(signed(world.ec), world, trust=trust, at=AT + SECOND)
    assert codes(late) == ["CERT-REVOCATION-UNKNOWN"]


def test_a_list_signed_by_a_stranger_tells_nothing(world: World, tmp_path: Path) -> None:
    _, other = demo_ca.new_authority()
    trust = world_with_list(world, tmp_path, demo_ca.revocation_list(other, {}))
    assert codes(status(signed(world.ec), world, trust=trust)) == ["CERT-REVOCATION-UNKNOWN"]


# --- the certificate itself ---


@pytest.mark.error("CERT-IS-CA")
def test_an_authority_s_own_certificate_may_not_sign(world: World) -> None:
    authority = new_key(
        world.issuing,
        spoil=lambda builder: with_extension(builder, x509.BasicConstraints(ca=True, path_length=None)),
    )
    result = status(signed(authority), world)
    assert "CERT-IS-CA" in codes(result)
    assert not result.valid
    assert result.fit_to_sign is False


def test_the_root_itself_may_not_sign(world: World) -> None:
    root = SigningKey(world.issuing.key, world.issuing.certificate)
    assert "CERT-IS-CA" in codes(status(signed(root), world, mst=None))


@pytest.mark.near_miss("CERT-IS-CA")
def test_a_certificate_that_may_sign_certificates_too_but_is_no_authority_is_borne(world: World) -> None:
    """The tax authority's own certificates state every key usage."""
    every = x509.KeyUsage(True, True, True, True, True, True, True, False, False)
    assert status(signed(new_key(world.issuing, spoil=lambda b: with_extension(b, every))), world).valid


@pytest.mark.error("CERT-USAGE")
def test_a_certificate_for_encryption_only_may_not_sign(world: World) -> None:
    encryption = x509.KeyUsage(False, False, True, True, False, False, False, False, False)
    key = new_key(world.issuing, spoil=lambda builder: with_extension(builder, encryption))
    assert codes(status(signed(key), world)) == ["CERT-USAGE"]


@pytest.mark.near_miss("CERT-USAGE")
def test_a_certificate_that_states_no_usage_may_sign(world: World) -> None:
    silent = new_key(
        world.issuing,
        spoil=lambda b: rebuilt(b, extensions=[i for i in b._extensions if i.oid != x509.KeyUsage.oid]),
    )
    assert status(signed(silent), world).valid


@pytest.mark.parametrize("size", [1024, 2047])
def test_an_rsa_key_below_2048_bits_is_weak(world: World, size: int) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=size)
    weak = replace(new_key(world.issuing), certificate=new_key(world.issuing, key=key).certificate)
    result = status(signed(weak), world)
    assert codes(result) == ["CERT-WEAK-KEY"]
    assert (result.key_strong, result.intact) == (False, None)
    assert status(signed(world.rsa), world).key_strong


@pytest.mark.error("CERT-WEAK-KEY")
@pytest.mark.near_miss("CERT-WEAK-KEY")
def test_a_curve_below_256_bits_is_weak(world: World) -> None:
    weak = new_key(world.issuing, key=ec.generate_private_key(ec.SECP224R1()))
    assert codes(status(signed(weak), world)) == ["CERT-WEAK-KEY"]
    strong = new_key(world.issuing, key=ec.generate_private_key(ec.SECP384R1()))
    assert status(signed(strong), world).valid


def test_a_kind_of_key_nobody_may_sign_with(world: World) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    certificate = new_key(world.issuing, key=key).certificate  # type: ignore[arg-type]  # the kind refused
    other = replace(world.ec, certificate=certificate)
    assert codes(status(signed(other), world)) == ["CERT-WEAK-KEY"]


def test_a_self_signed_certificate_is_nobody_s(world: World) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = subject(f"MST:{MST}")
    own = demo_ca.Issuer(
        demo_ca.certificate_builder(name, key, world.issuing).sign(key, hashes.SHA256()), key
    )
    builder = demo_ca.certificate_builder(name, key, own)
    alone = SigningKey(key, builder.sign(key, hashes.SHA256()))
    assert codes(status(signed(alone), world)) == ["CERT-UNTRUSTED"]


def test_a_certificate_signed_by_another_key_of_the_authority_s_name(world: World) -> None:
    imposter = replace(world.issuing, key=ec.generate_private_key(ec.SECP256R1()))
    assert codes(status(signed(new_key(imposter)), world)) == ["CERT-UNTRUSTED"]


def test_an_end_certificate_may_not_issue_another(world: World) -> None:
    middle = new_key(world.issuing)
    assert isinstance(middle.private, ec.EllipticCurvePrivateKey)
    leaf = new_key(demo_ca.Issuer(middle.certificate, middle.private), mst="0100109106")
    chained = replace(leaf, chain=(middle.certificate, world.issuing.certificate))
    assert codes(status(signed(chained), world, mst=["0100109106"])) == ["CERT-UNTRUSTED"]


@pytest.mark.error(each="expected")
@pytest.mark.near_miss("CERT-WEAK-CHAIN")
@pytest.mark.parametrize(("size", "expected"), [(1024, ["CERT-WEAK-CHAIN"]), (2048, [])])
def test_an_authority_with_a_weak_key_vouches_for_nobody(
    world: World, tmp_path: Path, size: int, expected: list[str]
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=size)
    own = demo_ca.Issuer(world.issuing.certificate, key)  # type: ignore[arg-type]  # demo authorities use EC
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = demo_ca.certificate_builder(world.issuing.certificate.subject, key, own)
    certificate = with_extension(with_extension(builder, constraints), usage).sign(key, hashes.SHA256())
    authority = demo_ca.Issuer(certificate, key)  # type: ignore[arg-type]  # demo authorities use EC
    (tmp_path / "root.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "root.crl").write_bytes(demo_ca.revocation_list(authority, {}))
    assert codes(status(signed(new_key(authority)), world, trust=TrustStore.load(tmp_path))) == expected


def test_nobody_is_trusted_without_roots(world: World, tmp_path: Path) -> None:
    assert codes(status(signed(world.ec), world, trust=TrustStore.load(tmp_path))) == ["CERT-UNTRUSTED"]


# --- SHA-1, for files of its time only ---

LAST_DAY = datetime(2020, 3, 31, 16, 59, 59, tzinfo=UTC)
"""23:59:59 of 31 March 2020 in Vietnam: SHA-1 ends with that day."""


SHA_1 = (
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
    ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
)


@pytest.mark.error("SIG-OLD-ALGORITHM")
@pytest.mark.near_miss("SIG-OLD-ALGORITHM")
def test_sha_1_is_accepted_for_files_received_before_1_april_2020_only(world: World) -> None:
    honest = signed(world.rsa)
    old = resigned(edited(honest, *SHA_1), world.rsa)
    assert status(old, world, at=LAST_DAY).valid
    assert codes(status(old, world, at=LAST_DAY + SECOND)) == ["SIG-OLD-ALGORITHM"]


@pytest.mark.error("SIG-OLD-ALGORITHM")
def test_sha_1_in_the_digest_alone_is_as_old(world: World) -> None:
    honest = signed(world.rsa)
    half = resigned(edited(honest, SHA_1[1]), world.rsa)
    assert codes(status(half, world)) == ["SIG-OLD-ALGORITHM"]


# --- the right taxpayer ---


@pytest.mark.error(each="expected")
@pytest.mark.near_miss("CERT-NO-MST", "CERT-OTHER-MST")
@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [
        (("MST:0319900012",), "0319900012", []),
        (("MST: 0319900012 ",), "0319900012", []),
        (("MST:0319900012-001",), "0319900012001", []),
        (("MST:0319900012001",), "0319900012-001", []),
        (("CCCD:001090000001", "MST:0319900012"), "0319900012", []),
        (("MST:0319900037",), "0319900012", ["CERT-OTHER-MST"]),
        (("MST:0319900012",), "0319900012-001", ["CERT-OTHER-MST"]),
        (("MST:0319900012-001",), "0319900012", ["CERT-OTHER-MST"]),
        (("MST:03199000121",), "0319900012", ["CERT-NO-MST"]),
        (("MST:٠319900012",), "0319900012", ["CERT-NO-MST"]),
        (("MNS:0319900012",), "0319900012", ["CERT-NO-MST"]),
        (("X MST:0319900012",), "0319900012", ["CERT-NO-MST"]),
        (("CMND:0319900012",), "0319900012", ["CERT-NO-MST"]),
        ((), "0319900012", ["CERT-NO-MST"]),
    ],
)
def test_the_tax_code_in_the_subject(
    world: World, held: tuple[str, ...], wanted: str, expected: list[str]
) -> None:
    result = status(signed(new_key(world.issuing, subject=subject(*held))), world, mst=[wanted])
    assert codes(result) == expected
    assert result.right_taxpayer is not bool(expected)


def test_a_tax_code_elsewhere_in_the_subject_is_only_a_name(world: World) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"MST:{MST}")])
    assert codes(status(signed(new_key(world.issuing, subject=name)), world)) == ["CERT-NO-MST"]


def test_an_agent_signs_when_the_caller_knows_it_for_the_filer_s_agent(world: World) -> None:
    agent = new_key(world.issuing, mst="0100109106")
    assert status(signed(agent), world, mst=[MST, "0100109106"]).valid
    assert codes(status(signed(agent), world, mst=[MST])) == ["CERT-OTHER-MST"]


def test_nobody_may_sign_for_an_empty_list(world: World) -> None:
    assert codes(status(signed(world.ec), world, mst=[])) == ["CERT-OTHER-MST"]


def test_a_question_not_asked_stays_open(world: World) -> None:
    result = status(signed(world.ec), world, mst=None)
    assert result.valid
    assert result.right_taxpayer is None


def test_a_parent_signs_for_its_unit_only_where_the_policy_says_so(world: World) -> None:
    lenient = replace(current_policy(), parent_signs_for_unit=True)
    assert status(signed(world.ec), world, mst=[f"{MST}-001"], policy=lenient).valid
    assert not status(signed(world.ec), world, mst=["0319900037-001"], policy=lenient).valid


def test_the_personal_number_is_the_tax_code_from_1_july_2025(world: World) -> None:
    person = signed(new_key(world.issuing, subject=subject("CCCD:001090000001")))
    first_day = datetime(2025, 6, 30, 17, 0, tzinfo=UTC)
    assert status(person, world, mst=["001090000001"], at=first_day).valid
    assert codes(status(person, world, mst=["001090000001"], at=first_day - SECOND)) == ["CERT-NO-MST"]
    assert codes(status(person, world, mst=["001090000002"], at=first_day)) == ["CERT-OTHER-MST"]


# --- everything wrong at once ---


def test_every_fact_is_told_apart(world: World) -> None:
    changed = edited(signed(world.ec), ("<ct40>1590900786<", "<ct40>1<"))
    result = status(changed, world, mst=["0319900037"], at=datetime(2046, 1, 1, tzinfo=UTC))
    assert codes(result) == ["SIG-CHANGED", "CERT-EXPIRED", "CERT-OTHER-MST"]
    assert (result.signed, result.profile_ok, result.intact, result.trusted) == (True, True, False, True)
    assert result.summary == result.findings[0].message
    assert result.signer is not None
    assert result.signer.mst == (MST,)
