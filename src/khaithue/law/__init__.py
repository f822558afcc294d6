"""What the state prescribes, as data: forms, rates, calendar, errors, offices.

The TOML files beside this module are the law; the code here only opens them.
"""

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

ROOT: Traversable = files(__name__)


def text(path: str) -> str:
    """The text of one file of the law, by its path below ``law/`` (``rates/pit_wages.toml``)."""
    return ROOT.joinpath(path).read_text(encoding="utf-8")


@cache
def document(path: str) -> dict[str, Any]:
    """One TOML file of the law, parsed; raises ``tomllib.TOMLDecodeError`` for a malformed one."""
    return tomllib.loads(text(path))


def names(folder: str) -> list[str]:
    """The paths of the TOML files in one folder of the law, sorted."""
    return sorted(
        f"{folder}/{entry.name}" for entry in ROOT.joinpath(folder).iterdir() if entry.name.endswith(".toml")
    )
