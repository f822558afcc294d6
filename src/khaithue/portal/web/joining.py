"""Which return of a batch a paper goes with, told by where it lay: one rule, and no guess when two fit."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeVar

BETWEEN = "__"
"""What stands between the return's name and the paper's own."""


@dataclass(frozen=True)
class Place:
    """Where a file lay: which of the ZIP archives sent it was in (0 for none), and its path there."""

    archive: int
    path: str

    @cached_property
    def _path(self) -> PurePosixPath:
        """The path as people mean it: systems differ in capitals and in how they write a diacritic."""
        return PurePosixPath(unicodedata.normalize("NFC", self.path).replace("\\", "/").casefold())

    def goes_with(self, return_: "Place") -> bool:
        """Whether a paper that lay here goes with the return that lay there.

        It does in a folder beside the return that has the return's name without its extension, and beside the
        return when its own name begins with that name and two underscores.
        """
        if self.archive != return_.archive:
            return False
        stem = return_._path.with_suffix("")
        beside = self._path.parent == stem.parent and self._path.name.startswith(stem.name + BETWEEN)
        return beside or stem in self._path.parents


T = TypeVar("T")


def owners(paper: Place, returns: Sequence[tuple[Place, T]]) -> list[T]:
    """Every return that the paper may go with; it is clear when there is one."""
    return [each for place, each in returns if paper.goes_with(place)]
