"""What is wrong with a file or a figure, as a value: code, cell, what to do and the law."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from khaithue import law


class Level(StrEnum):
    """How grave a finding is: an error is refused, a warning asked about, an info only told."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Text:
    """One text in the two languages of the product."""

    vi: str
    en: str

    def format(self, **params: object) -> "Text":
        """The same text with its ``{places}`` filled; a place that is a ``Text`` in each language its own."""
        return Text(self.vi.format(**_said(params, "vi")), self.en.format(**_said(params, "en")))

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.vi


def _said(params: dict[str, object], language: str) -> dict[str, object]:
    return {name: each[language] if isinstance(each, Text) else each for name, each in params.items()}


@dataclass(frozen=True)
class Finding:
    """One thing found: ``cell`` is a box ("40a", "PL_NQ142_GTGT[9]") or empty, ``row`` counts from 1."""

    code: str
    level: Level
    message: Text
    fix: Text
    cell: str = ""
    row: int | None = None
    law: str = ""
    line: int | None = None


@dataclass(frozen=True)
class ErrorKind:
    """An entry of ``law/errors``: a stable code with its level, texts and source."""

    code: str
    level: Level
    message: Text
    fix: Text
    law: str = ""


@cache
def catalogue() -> dict[str, ErrorKind]:
    """Every error code that is not a check of a form, from ``law/errors``, by code."""
    kinds: dict[str, ErrorKind] = {}
    for path in law.names("errors"):
        for code, entry in law.document(path).items():
            if code in kinds:
                raise ValueError(f"{path}: error code {code} is declared twice")
            kinds[code] = ErrorKind(
                code,
                Level(entry["level"]),
                Text(**entry["message"]),
                Text(**entry["fix"]),
                entry.get("law", ""),
            )
    return kinds


def finding(
    code: str,
    *,
    cell: str = "",
    row: int | None = None,
    line: int | None = None,
    law: str = "",
    **params: object,
) -> Finding:
    """A finding of a catalogued code, its texts filled with ``params``; ``KeyError`` for an unknown code.

    A parameter that is itself a ``Text`` is said in the language of the text it fills.
    """
    kind = catalogue()[code]
    places = {"cell": cell, "row": row, "line": line, **params}
    return Finding(
        code,
        kind.level,
        kind.message.format(**places),
        kind.fix.format(**places),
        cell,
        row,
        law or kind.law,
        line,
    )


def has_errors(findings: "list[Finding] | tuple[Finding, ...]") -> bool:
    """Whether any finding is grave enough for a refusal."""
    return any(item.level is Level.ERROR for item in findings)
