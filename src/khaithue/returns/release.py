"""A released form file never changes: its digest stands in ``law/forms/HASHES``.

``python -m khaithue.returns.release`` adds the digests of new files; it refuses to touch one that is there. A
change of the law is a new file.
"""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

from khaithue import law

HASHES: Final = "forms/HASHES"


def released() -> dict[str, str]:
    """The digest of each released form file, by its name."""
    lines = law.text(HASHES).splitlines() if law.ROOT.joinpath(HASHES).is_file() else []
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def changed() -> list[str]:
    """The released files that are gone or no longer what was released."""
    present = _digests()
    return [name for name, digest in released().items() if present.get(name) != digest]


def _digests() -> dict[str, str]:
    return {
        path.removeprefix("forms/"): sha256(law.text(path).encode()).hexdigest()
        for path in law.names("forms")
    }


def main() -> int:
    """Release every new form file; exit status 1 when a released one has changed."""
    if broken := changed():
        print(f"released and changed: {', '.join(broken)}", file=sys.stderr)
        return 1
    lines = [f"{digest}  {name}\n" for name, digest in sorted((_digests() | released()).items())]
    Path(str(law.ROOT.joinpath(HASHES))).write_text("".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
