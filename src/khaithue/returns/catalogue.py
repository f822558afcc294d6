"""Every form version there is, and how to find one: only the form that is asked for is loaded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from khaithue import law
from khaithue.law.dated import Confidence
from khaithue.obligations.period import Period
from khaithue.obligations.switch import switch
from khaithue.returns.form import Form
from khaithue.returns.head import head_of


@dataclass(frozen=True)
class Head:
    """What names a form version; ``ma_tkhai`` is empty for a form without an XML of the authority's.

    ``switch``, ``confidence`` and ``also`` are those of ``Form``.
    """

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
    switch: str = ""
    confidence: Confidence = Confidence.HIGH
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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


def find_for(code: str, period: Period, on: date) -> Form | None:
    """The form of that printed code to file for a period on a day: the newest in force that is taken then."""
    return _newest(head for head in heads() if head.code == code and is_for(head, period, on))


def find_of_basis(code: str, basis: str, period: Period) -> Form | None:
    """The newest form of that printed code and circular in force for the period, whenever it is filed."""
    return _newest(
        head for head in heads() if (head.code, head.basis) == (code, basis) and is_valid_for(head, period)
    )


def newest(code: str, basis: str = "") -> Form | None:
    """The newest form of that printed code, of one circular if given, whatever its days.

    Which notice is sent is the era's to say.
    """
    return _newest(head for head in heads() if head.code == code and basis in ("", head.basis))


def offered(on: date) -> tuple[Head, ...]:
    """The newest head of each printed code among those taken on a day, in the order of the files."""
    found: dict[str, Head] = {}
    for head in heads():
        before = found.get(head.code)
        if is_taken(head, on) and (before is None or age(before) <= age(head)):
            found[head.code] = head
    return tuple(found.values())


def is_for(form: Form | Head, period: Period, on: date) -> bool:
    """Whether the form is in force for the period and taken on a day of filing."""
    return is_valid_for(form, period) and is_taken(form, on)


def is_taken(form: Form | Head, on: date) -> bool:
    """Whether the authority takes the form on a day of filing; a form without a switch always is."""
    return not form.switch or switch(form.switch).is_open(on)


def is_valid_for(form: Form | Head, period: Period) -> bool:
    """Whether the form is in force on the period's first day, whenever it is filed."""
    return form.valid_from <= period.start and (form.valid_to is None or period.start <= form.valid_to)


@cache
def _form(path: str) -> Form:
    from khaithue.returns.load import load  # the compiler of formulas is not needed to look at heads

    return load(law.text(path), path)


def _head(path: str) -> Head | None:
    found = head_of(law.text(path))
    try:
        return _read(path, found) if found else None
    except (KeyError, TypeError, AttributeError, ValueError):
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
        switch=head.get("switch", ""),
        confidence=Confidence(head.get("confidence", Confidence.HIGH)),
        also={old: tuple(parts) for old, parts in head["xml"].get("also", {}).items()},
    )


def age(form: Form | Head) -> tuple[date, tuple[int, ...]]:
    """What puts the versions of a form in order, the oldest first."""
    return form.valid_from, tuple(int(number) for number in form.version.split(".") if number.isdigit())


def _newest(found: Iterable[Head]) -> Form | None:
    newest = max(found, key=age, default=None)
    return newest.form() if newest else None


def _first(found: Iterable[Head]) -> Form | None:
    head = next(iter(found), None)
    return head.form() if head else None
