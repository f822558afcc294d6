"""Paths given by a person: refused early when they cannot serve, and written whole or not at all."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from khaithue.cli.answer import refused

LIMIT = 100_000_000
"""Bytes, well above what any reader of the program accepts."""


def readable_file(path: str) -> str:
    """The path of a file that can be opened; anything else is refused."""
    with _refusing(path, "CLI-UNREADABLE"):
        if not Path(path).exists():
            raise refused("CLI-NOT-FOUND", path=path)
        if not Path(path).is_file():
            raise refused("CLI-NOT-A-FILE", path=path)
        Path(path).open("rb").close()
    return path


def readable_directory(path: str) -> str:
    """The path of a directory that can be listed; anything else is refused."""
    with _refusing(path, "CLI-UNREADABLE"):
        if not Path(path).exists():
            raise refused("CLI-NOT-FOUND", path=path)
        if not Path(path).is_dir():
            raise refused("CLI-NOT-A-DIRECTORY", path=path)
        next(Path(path).iterdir(), None)
    return path


def read_bytes(path: str) -> bytes:
    """The content of a file, of a huge one enough to be refused as too big; refused when unreadable."""
    with _refusing(path, "CLI-UNREADABLE"), Path(readable_file(path)).open("rb") as file:
        return file.read(LIMIT)


def output_file(path: str, inputs: Sequence[str], *, force: bool) -> Path:
    """Where a result may be written: never over an input, and over another file only with ``force``."""
    target = Path(path)
    with _refusing(path, "CLI-UNWRITABLE"):
        if not target.parent.is_dir():
            raise refused("CLI-NO-DIRECTORY", path=str(target.parent))
        if target.exists() and any(target.samefile(source) for source in inputs):
            raise refused("CLI-SAME-FILE", path=path)
        if target.exists() and not target.is_file():
            raise refused("CLI-NOT-A-FILE", path=path)
        if target.exists() and not force:
            raise refused("CLI-EXISTS", path=path)
    return target


def write_whole(target: Path, content: bytes) -> None:
    """Write a file all at once: beside its place, to the disk, then under its name; or refuse."""
    beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}")
    with _refusing(str(target), "CLI-UNWRITABLE"):
        try:
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def refusing_unreadable(path: str) -> AbstractContextManager[None]:
    """While something is read below ``path``, what the system refuses becomes CLI-UNREADABLE."""
    return _refusing(path, "CLI-UNREADABLE")


@contextmanager
def _refusing(path: str, code: str) -> Iterator[None]:
    """Turn what the system says about a path (and a path that cannot be one) into a refusal."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refused(code, path=path, reason=reason) from error
