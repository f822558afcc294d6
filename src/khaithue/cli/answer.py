"""What a command found, before it is said: a JSON body, findings, and how a person is shown it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from khaithue.returns.findings import Finding, finding, has_errors

if TYPE_CHECKING:
    from khaithue.cli.screen import Screen

OK, FINDINGS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class Answer:
    """The outcome of one command.

    ``body`` is what JSON holds beside ``ok`` and ``findings``; ``show`` says the same to a person;
    ``usable`` is false when the input could not be read, parsed or verified at all.
    """

    body: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    show: "Callable[[Screen], None] | None" = None
    usable: bool = True

    @property
    def ok(self) -> bool:
        """Whether nothing found is an error."""
        return self.usable and not has_errors(self.findings)

    @property
    def exit_code(self) -> int:
        """0, 1 or 2, as documented in ``khaithue.cli``."""
        if not self.usable:
            return UNUSABLE
        return OK if self.ok else FINDINGS

    def document(self) -> dict[str, Any]:
        """The JSON document of the answer."""
        return {"ok": self.ok, **self.body, "findings": [finding_json(item) for item in self.findings]}


class AnsweredError(Exception):
    """Ends a command early with ``answer``: a refusal, or a help text that was asked for."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(", ".join(item.code for item in answer.findings))
        self.answer = answer


def unusable(*findings: Finding) -> AnsweredError:
    """The end of a command whose input cannot be used, with what is wrong and what to do; exit code 2."""
    return AnsweredError(Answer({"values": {}}, findings, usable=False))


def refused(code: str, **params: Any) -> AnsweredError:
    """The same for one catalogued code, its texts filled with ``params``."""
    return unusable(finding(code, **params))


def finding_json(item: Finding) -> dict[str, Any]:
    """A finding for a program: code, cell, row, line, level, message and fix in both languages, law."""
    return {
        "code": item.code,
        "cell": item.cell,
        "row": item.row,
        "line": item.line,
        "level": item.level.value,
        "message": {"vi": item.message.vi, "en": item.message.en},
        "fix": {"vi": item.fix.vi, "en": item.fix.en},
        "law": item.law,
    }


def plain(value: object) -> object:
    """A value JSON can hold without loss: exact numbers that are not whole become texts ("1/10", "2.50")."""
    match value:
        case Enum():
            return value.value
        case Fraction() if value.denominator == 1:
            return value.numerator
        case Decimal():
            return f"{value:f}"
        case Fraction():
            return str(value)
        case date():
            return value.isoformat()
    return value
