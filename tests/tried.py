"""What a test made the program tell, and what it was near telling: for the marks ``error`` and ``near_miss``.

``@pytest.mark.error("CODE")`` says that the test is a failing case of a code of ``law/errors``: it is told.
``@pytest.mark.near_miss("CODE")`` says that it is the nearest good input: what tells the code was asked, and
did not. ``each="name"`` in place of codes takes them from a parameter of the test. ``tests/conftest.py``
holds every marked test to its word, ``tests/law/test_tried.py`` lists the codes without a mark.
"""

import dis
import inspect
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import khaithue
from khaithue.returns import findings

ROOM: Final = str(Path(khaithue.__file__).parent)
_MAKER: Final = findings.__file__
_NEAREST: Final = 3
"""How many callers of a finding may be the one that decided: it is often made by a helper."""


FAILING, NEAR = "error", "near_miss"


class Heard:
    """What was told while a test ran, and which functions of the program ran."""

    def __init__(self) -> None:
        self.told: set[str] = set()
        self._calls: Counter[CodeType] = Counter()
        self._telling: Counter[tuple[str, CodeType]] = Counter()
        self._open: set[tuple[str, int]] = set()

    def nearly(self, code: str) -> bool:
        """Whether what tells the code was asked and did not tell it.

        Where the code was told too, one of the functions that told it also ran without; else some function
        of a module that names the code ran.
        """
        if code not in self.told:
            return any(ran.co_filename in modules_naming(code) for ran in self._calls)
        return any(
            self._calls[function] > count for (told, function), count in self._telling.items() if told == code
        )

    def on_call(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Count a call of a function of the program, as a profile function; a generator's steps are one."""
        if not frame.f_code.co_filename.startswith(ROOM) or frame.f_lasti in _pauses(frame.f_code):
            return
        if event == "call":
            self._calls[frame.f_code] += 1
        elif event == "return" and self._open:
            self._open = {each for each in self._open if each[1] != id(frame)}

    def on_telling(self, code: str) -> None:
        """Note a finding and who made it."""
        self.told.add(code)
        for frame in _tellers(sys._getframe(2)):
            if (code, id(frame)) not in self._open:
                self._open.add((code, id(frame)))
                self._telling[code, frame.f_code] += 1


def faults(ear: Heard, failing: set[str], near: set[str]) -> Iterator[str]:
    """What marks say of a test that is not so."""
    for code in sorted(failing - ear.told):
        yield f"marked {FAILING}({code!r}), yet {code} is not told"
    for code in sorted(near):
        if code in ear.told and code not in failing:
            yield f"marked {NEAR}({code!r}), yet {code} is told"
        elif not ear.nearly(code):
            yield f"marked {NEAR}({code!r}), yet what tells {code} was never asked without telling it"


def _tellers(frame: FrameType | None) -> Iterator[FrameType]:
    """The nearest functions of the program that a finding was made for."""
    left = _NEAREST
    while frame is not None and left:
        if frame.f_code.co_filename.startswith(ROOM) and frame.f_code.co_filename != _MAKER:
            yield frame
            left -= 1
        frame = frame.f_back


@cache
def _pauses(code: CodeType) -> frozenset[int]:
    """Where a generator stops in between and where it goes on: neither starts nor ends a call."""
    if not code.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        return frozenset()
    return frozenset(
        each.offset
        for each in dis.get_instructions(code)
        if each.opname == "YIELD_VALUE" or (each.opname == "RESUME" and each.arg)
    )


@cache
def modules_naming(code: str) -> frozenset[str]:
    """The modules of the program in which the code stands."""
    return frozenset(file for file, text in _modules() if f'"{code}"' in text)


@cache
def _modules() -> tuple[tuple[str, str], ...]:
    paths = sorted(Path(ROOM).rglob("*.py"))
    return tuple((str(path), path.read_text(encoding="utf-8")) for path in paths)


@contextmanager
def heard() -> Iterator[Heard]:
    """Listen to every finding made inside, in this thread and those it starts."""
    ear, make = Heard(), findings.Finding.__init__

    def noted(self: findings.Finding, code: str, *rest: Any, **named: Any) -> None:
        ear.on_telling(code)
        make(self, code, *rest, **named)

    before = sys.getprofile()
    findings.Finding.__init__ = noted  # type: ignore[method-assign]  # for as long as the test runs
    threading.setprofile(ear.on_call)
    sys.setprofile(ear.on_call)
    try:
        yield ear
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
        findings.Finding.__init__ = make  # type: ignore[method-assign]  # as it was
