"""CPU per verification of a signed return, beside a floor of the same run: SHA-256 and one RSA check.

Run: python bench/signing.py [kilobytes]
"""

import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from khaithue.exchange.safe_xml import parse
from khaithue.signing import demo_ca, profile
from khaithue.signing.canonical import canonical
from khaithue.signing.chain import check_chain
from khaithue.signing.demo_ca import DemoSubject
from khaithue.signing.keys import SigningKey, load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.sign import sign
from khaithue.signing.target import Target
from khaithue.signing.trust import TrustStore
from khaithue.signing.verify import verify

AT = datetime(2026, 6, 18, tzinfo=UTC)
POLICY = current_policy()
NAMESPACE = Target.RETURN.namespace
ROW = '<Dong id="ID_%d"><ct08>Hàng hóa, dịch vụ số %d</ct08><ct09>1590900786</ct09></Dong>\n'


def main(kilobytes: int) -> None:
    """Print the table for a return of about that size."""
    with tempfile.TemporaryDirectory() as name:
        made = demo_ca.create(Path(name), [DemoSubject("A", "0319900012", "rsa")], password="bench")  # noqa: S106  # thrown away
        key, _ = load_pkcs12(made.people["0319900012"].read_bytes(), "bench", at=AT, policy=POLICY)
        trust = TrustStore.load(made.trust)
    assert key is not None  # noqa: S101  # the demo authority's own key
    data, findings = sign(_return(kilobytes * 1000), key, at=AT)
    assert data is not None, findings  # noqa: S101  # our own return
    _report(data, key, trust)


def _return(size: int) -> bytes:
    rows = "".join(ROW % (number, number) for number in range(2, 2 + size // len((ROW % (9, 9)).encode())))
    content = f'<HSoKhaiThue id="ID_1">{rows}</HSoKhaiThue>'
    return f'<HSoThueDTu xmlns="{NAMESPACE}">{content}<CKyDTu></CKyDTu></HSoThueDTu>'.encode()


def _report(data: bytes, key: SigningKey, trust: TrustStore) -> None:
    assert isinstance(key.private, rsa.RSAPrivateKey)  # noqa: S101  # asked for above
    public, leaf = key.private.public_key(), key.certificate
    value = key.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
    root, _ = parse(data)
    assert root is not None  # noqa: S101  # our own file
    steps: list[tuple[str, Callable[[], object]]] = [
        ("floor: SHA-256 and one RSA-2048 check", lambda: _floor(data, value, public)),
        ("parse", lambda: parse(data)),
        ("lxml alone, parse", lambda: etree.fromstring(data)),
        ("profile", lambda: profile.find_claim(root, Target.RETURN, POLICY, AT.date())),
        ("canonical form and its digest", lambda: hashlib.sha256(canonical(root[0]))),
        ("chain and revocation", lambda: check_chain(leaf, (), trust, at=AT, policy=POLICY)),
        ("verify, all of it", lambda: _verified(data, trust)),
        ("sign", lambda: sign(_return(1), key, at=AT)),
    ]
    costs = [(name, _cpu(step)) for name, step in steps]
    print(f"{len(data) / 1000:.0f} KB")
    for name, cost in costs:
        print(f"{name:40} {cost * 1000:9.3f} ms {cost / costs[0][1]:8.1f} x floor")


def _floor(data: bytes, value: bytes, public: rsa.RSAPublicKey) -> None:
    hashlib.sha256(data)
    public.verify(value, data, padding.PKCS1v15(), hashes.SHA256())


def _verified(data: bytes, trust: TrustStore) -> None:
    status = verify(data, trust=trust, at=AT, policy=POLICY, expected_mst=["0319900012"])
    assert status.valid, status.findings  # noqa: S101  # a benchmark of refusals would say nothing


def _cpu(step: Callable[[], object], seconds: float = 0.5) -> float:
    """CPU seconds of one step: the best of five rounds, each long enough to be measured."""
    step()
    rounds = max(1, int(seconds / 5 / max(_once(step), 1e-6)))
    return min(sum(_once(step) for _ in range(rounds)) / rounds for _ in range(5))


def _once(step: Callable[[], object]) -> float:
    start = time.process_time()
    step()
    return time.process_time() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
