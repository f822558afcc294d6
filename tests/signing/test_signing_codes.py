"""The catalogue of signing: every code is made somewhere and shown failing somewhere."""

from pathlib import Path

import pytest

from khaithue import law
from khaithue.signing.policy import current_policy

ROOT = Path(__file__).parents[2]
CODES = sorted(law.document("errors/signing.toml"))


def texts(*folders: str) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for folder in folders
        for path in (ROOT / folder).glob("*.py")
        if path != Path(__file__)
    )


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_made_and_tested(code: str) -> None:
    assert f'"{code}"' in texts("src/khaithue/signing")
    assert f'"{code}"' in texts("tests/signing", "tests/attack")


def test_only_sha_1_has_an_end_and_nothing_weaker_is_listed() -> None:
    policy = current_policy()
    ended = {item.name for item in [*policy.signatures.values(), *policy.digests.values()] if item.until}
    assert ended == {"RSA-SHA1", "sha1"}
    assert not any(word in uri for uri in policy.signatures for word in ("md5", "hmac", "dsa-sha1", "ripemd"))
