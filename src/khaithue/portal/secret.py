"""The key that signs sessions: made once, kept in the data directory, readable by its owner only."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in a file, made on first use; processes that start at once agree on one."""
    if not path.exists():
        _publish(path, secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii")


def _publish(path: Path, secret: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
