"""Every form version there is, and how to find one: only the form that is asked for is loaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from khaithue import law
from khaithue.obligations.period import Period
from khaithue.returns.form import Form
from khaithue.returns.head import head_of


@dataclass(frozen=True)
class Head:
    """What names a form version; ``ma_tkhai`` is empty for a form without an XML of the authority's."""

    path: str
    code: str
    title: str
    basis: str
    version: str
    ma_tkhai: str
    valid_from: date
    valid_to: date | None
    periods: tuple[str, ...]
    frame: str = "return"

    def form(self) -> Form:
        """The whole form, loaded once; raises ``FormFileError`` for a faulty file."""
        return _form(self.path)


def forms() -> tuple[Form, ...]:
    """All forms of ``law/forms``, in the order of their files; raises ``FormFileError`` for a faulty one."""
    return tuple(_form(path) for path in law.names("forms"))


@cache
def heads() -> tuple[Head, ...]:
    """The heads of all forms, in the order of their files; one that cannot be read is passed over."""
    found = (_head(path) for path in law.names("forms"))
    return tuple(head for head in found if head)


def find(code: str, basis: str, version: str) -> Form | None:
    """The form version of that printed code, circular and XML version."""
    return _first(head for head in heads() if (head.code, head.basis, head.version) == (code, basis, version))


def find_xml(ma_tkhai: str, version: str, frame: str = "return") -> Form | None:
    """The form version of those XML codes (``maTKhai``, ``pbanTKhaiXML``); each frame counts by itself."""
    return _first(
        head
        for head in heads()
        if head.ma_tkhai and (head.ma_tkhai, head.version, head.frame) == (ma_tkhai, version, frame)
    )


def find_for(code: str, period: Period) -> Form | None:
    """The newest form of that printed code in force on the period's first day."""
    valid = [head for head in heads() if head.code == code and is_valid_for(head, period)]
    newest = max(valid, key=lambda head: (head.valid_from, _numbers(head.version)), default=None)
    return newest.form() if newest else None


def is_valid_for(form: Form | Head, period: Period) -> bool:
    """Whether the form is in force on the period's first day."""
    return form.valid_from <= period.start and (form.valid_to is None or period.start <= form.valid_to)


@cache
def _form(path: str) -> Form:
    from khaithue.returns.load import load  # the compiler of formulas is not needed to look at heads

    return load(law.text(path), path)


def _head(path: str) -> Head | None:
    found = head_of(law.text(path))
    try:
        return _read(path, found) if found else None
    except (KeyError, TypeError, AttributeError):
        return None


def _read(path: str, head: dict[str, Any]) -> Head:
    return Head(
        path=path,
        code=head["code"],
        title=head["title"],
        basis=head["basis"],
        version=head["xml"]["pbanTKhaiXML"],
        ma_tkhai=head["xml"].get("maTKhai", ""),
        valid_from=head["valid"]["from"],
        valid_to=head["valid"].get("to"),
        periods=tuple(head["period"]),
        frame=head.get("frame", "return"),
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".") if number.isdigit())


def _first(found: Iterable[Head]) -> Form | None:
    head = next(iter(found), None)
    return head.form() if head else None
