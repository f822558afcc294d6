"""The demonstration authority: what it writes is usable at once and can be taken for nothing else."""

import stat
from datetime import UTC, datetime
from pathlib import Path

from khaithue.signing import demo_ca
from khaithue.signing.demo_ca import DISCLAIMER, DemoSubject
from khaithue.signing.keys import load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.sign import sign
from khaithue.signing.trust import TrustStore
from khaithue.signing.verify import verify

AT = datetime(2026, 6, 18, 3, 0, tzinfo=UTC)
PASSWORD = "x"  # noqa: S105  # of keys made here and thrown away
RETURN = (
    b'<HSoThueDTu xmlns="http://kekhaithue.gdt.gov.vn/TKhaiThue">'
    b'<HSoKhaiThue id="A"><a/></HSoKhaiThue></HSoThueDTu>'
)


def test_people_sign_at_once_and_the_revoked_one_is_refused(tmp_path: Path) -> None:
    revoked = datetime(2026, 1, 1, tzinfo=UTC)
    people = [
        DemoSubject("Đơn vị phụ thuộc", "0319900012-001"),
        DemoSubject("Đã thu hồi", "0319900037", "rsa", revoked_at=revoked),
    ]
    made = demo_ca.create(tmp_path, people, password=PASSWORD)
    trust = TrustStore.load(made.trust)
    assert trust.findings == ()
    outcomes = {}
    for mst, path in made.people.items():
        key, findings = load_pkcs12(path.read_bytes(), made.password, at=AT, policy=current_policy())
        assert key is not None, findings
        assert DISCLAIMER in key.signer.subject
        assert DISCLAIMER in key.signer.issuer
        data, findings = sign(RETURN, key, at=AT)
        assert data is not None, findings
        result = verify(data, trust=trust, at=AT, policy=current_policy(), expected_mst=[mst])
        outcomes[mst] = [item.code for item in result.findings]
    assert outcomes == {"0319900012-001": [], "0319900037": ["CERT-REVOKED"]}


def test_keys_are_for_their_owner_s_eyes_and_differ_each_time(tmp_path: Path) -> None:
    people = [DemoSubject("CÔNG TY TNHH MẪU A", "0319900012")]
    made = demo_ca.create(tmp_path, people, password=PASSWORD)
    first = made.people["0319900012"].read_bytes()
    for path in (made.office, *made.people.values()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert DISCLAIMER in (tmp_path / "README.txt").read_text(encoding="utf-8")
    again = demo_ca.create(tmp_path, people, password=PASSWORD)
    assert again.people["0319900012"].read_bytes() != first
    assert TrustStore.load(again.trust).findings == ()
