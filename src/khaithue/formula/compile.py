"""One call from a form to its programs."""

from khaithue.formula.check import Bound, check
from khaithue.formula.order import Cycle, Step, cell_name, plan
from khaithue.formula.source import Source
from khaithue.formula.target_javascript import script
from khaithue.formula.target_python import Program


class FormulaFaultsError(ValueError):
    """A form whose formulas are wrong; ``messages`` are all faults, each with file and line."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


def faults(source: Source) -> list[str]:
    """Every fault in the formulas of a form, each message beginning with ``file:line:``."""
    return examine(source)[1]


def examine(source: Source) -> tuple[Program | None, list[str]]:
    """The form's formulas as Python, or every fault in them: the work of ``faults`` is not done again."""
    bound, steps, messages = _planned(source)
    return (None if messages else Program(bound, steps)), messages


def compile_python(source: Source) -> Program:
    """The form's formulas as Python; raises ``FormulaFaultsError``."""
    return Program(*_sound(source))


def compile_javascript(source: Source) -> str:
    """The form's formulas as one static script; raises ``FormulaFaultsError``."""
    return script(*_sound(source))


def _sound(source: Source) -> tuple[Bound, tuple[Step, ...]]:
    bound, steps, messages = _planned(source)
    if messages:
        raise FormulaFaultsError(messages)
    return bound, steps


def _planned(source: Source) -> tuple[Bound, tuple[Step, ...], list[str]]:
    bound, messages = check(source)
    steps = plan(bound)
    if isinstance(steps, Cycle):
        part, code = steps.cells[0]
        path = " → ".join(map(cell_name, steps.cells))
        place = source.parts[part].cells[code].place
        return bound, (), [*messages, f"{place}: [{code}] calc: the boxes wait for one another: {path}"]
    return bound, steps, messages
