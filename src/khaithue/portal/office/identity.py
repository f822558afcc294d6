"""The office's own signing key and the authorities it trusts, both kept in the data directory.

``office/office.p12`` is the key, ``trust/`` holds certificates and revocation lists. Files are read again
when they change, so a new revocation list needs no restart.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from khaithue.returns.findings import Finding, finding
from khaithue.signing.keys import SigningKey, load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.trust import TrustStore


def key_path() -> Path:
    """Where the office's key lies."""
    return Path(settings.DATA_DIR) / "office" / "office.p12"


def sandbox_directory() -> Path:
    """Where the authority of test taxpayers lies, and the key that signs their notices; theirs alone."""
    return Path(settings.DATA_DIR) / "sandbox"


def trust_directory() -> Path:
    """Where the trusted authorities and their revocation lists lie."""
    return Path(settings.DATA_DIR) / "trust"


def password() -> str:
    """The key's password: of the settings, else of the file beside the key; empty when there is none."""
    return settings.OFFICE_PASSWORD or _beside(key_path())


def signing_key(*, sandbox: bool = False) -> tuple[SigningKey | None, list[Finding]]:
    """The office's key, or that of the sandbox's office, or why it cannot sign now."""
    path = sandbox_directory() / "office" / "office.p12" if sandbox else key_path()
    if not path.exists():
        return None, [finding("OFFICE-NOT-READY")]
    secret = _beside(path) if sandbox else password()
    return _key(path, path.stat().st_mtime_ns, secret, timezone.localdate().isoformat())


def trust_store(*, sandbox: bool = False) -> TrustStore:
    """The authorities trusted today: the office's, or the sandbox's; an empty directory trusts nobody."""
    directory = sandbox_directory() / "trust" if sandbox else trust_directory()
    files = sorted(directory.iterdir()) if directory.is_dir() else []
    return _trust(directory, tuple((path.name, path.stat().st_mtime_ns) for path in files))


def _beside(path: Path) -> str:
    file = path.with_name("password")
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


@lru_cache(maxsize=4)
def _key(path: Path, _changed: int, secret: str, _day: str) -> tuple[SigningKey | None, list[Finding]]:
    return load_pkcs12(path.read_bytes(), secret, at=timezone.now(), policy=current_policy())


@lru_cache(maxsize=4)
def _trust(directory: Path, files: tuple[tuple[str, int], ...]) -> TrustStore:
    return TrustStore.load(directory) if files else TrustStore()
