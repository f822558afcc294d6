"""Why a return is refused: the catalogue of ``law/procedures/refusals.toml`` and the officer's own words."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from khaithue import law
from khaithue.returns.findings import Text

LONGEST = 1000
"""Most signs of an officer's own words."""


@dataclass(frozen=True)
class Reason:
    """One kind of reason: its group, the error and what to do, in both languages."""

    code: str
    group: Text
    error: Text
    fix: Text


@cache
def catalogue() -> dict[str, Reason]:
    """Every kind of reason, by code, in the order of the file."""
    document = law.document("procedures/refusals.toml")
    return {
        code: Reason(code, Text(**entry["group"]), Text(**entry["error"]), Text(**entry["fix"]))
        for code, entry in document.items()
    }


@dataclass(frozen=True)
class Given:
    """One reason given to a taxpayer: in both languages where it is of the catalogue; ``note`` as typed."""

    group: Text
    error: Text
    fix: Text
    note: str


def given(kept: Mapping[str, str]) -> Given:
    """A reason kept with a filing, as it is told."""
    known = catalogue().get(kept.get("code", ""))
    words = (Text(kept.get(key, ""), kept.get(key, "")) for key in ("group", "error", "fix"))
    group, error, fix = (known.group, known.error, known.fix) if known else words
    return Given(group, error, fix, kept.get("note", ""))


def plain(note: str) -> str:
    """An officer's own words on one line, without signs that no XML holds, cut at ``LONGEST``."""
    signs = (" " if unicodedata.category(sign).startswith("C") else sign for sign in note)
    return " ".join("".join(signs).split())[:LONGEST]


def as_kept(codes: list[str], note: str) -> list[dict[str, str]]:
    """The reasons as they are kept with the filing, in the words of the notice.

    The officer's own words go with the last reason, or stand alone as one. ``KeyError`` for an unknown code.
    """
    kept = [_kept(catalogue()[code]) for code in codes]
    if note and kept:
        kept[-1]["note"] = note
    elif note:
        kept.append({"error": note})
    return kept


def _kept(reason: Reason) -> dict[str, str]:
    return {
        "code": reason.code,
        "group": reason.group.vi,
        "error": reason.error.vi,
        "fix": reason.fix.vi,
    }
