"""What changed from one form version to another, box by box."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from khaithue.returns.boxes import address
from khaithue.returns.form import Field, Form

_COMPARED: Final = tuple(
    each.name for each in fields(Field) if each.name not in ("code", "law", "help", "note")
)


@dataclass(frozen=True)
class Change:
    """One change: ``what`` is ``added``, ``removed`` or the changed key of the box or check."""

    cell: str
    what: str
    before: str = ""
    after: str = ""


def diff(before: Form, after: Form) -> list[Change]:
    """The changes of boxes, columns and checks, in printed order of the newer form, then what is gone."""
    old, new = dict(_boxes(before)), dict(_boxes(after))
    changes = [change for cell, field in new.items() for change in _changes(cell, old.get(cell), field)]
    changes += [Change(cell, "removed", field.label) for cell, field in old.items() if cell not in new]
    return [*changes, *_of_checks(before, after)]


def _boxes(form: Form) -> Iterator[tuple[str, Field]]:
    for part, boxes in _parts(form):
        for code, field in boxes.items():
            yield address(part, code), field


def _parts(form: Form) -> Iterator[tuple[str, Mapping[str, Field]]]:
    yield "", form.fields
    for name, part in form.appendices.items():
        yield name, part.fields
        for table in part.tables.values():
            yield table.name, table.columns


def _changes(cell: str, old: Field | None, new: Field) -> Iterator[Change]:
    if old is None:
        yield Change(cell, "added", "", new.label)
        return
    for key in _COMPARED:
        before, after = getattr(old, key), getattr(new, key)
        if before != after:
            yield Change(cell, key, _text(before), _text(after))


def _of_checks(before: Form, after: Form) -> Iterator[Change]:
    for code, check in after.checks.items():
        old = before.checks.get(code)
        if old is None:
            yield Change(code, "added", "", check.rule)
        elif old.rule != check.rule:
            yield Change(code, "rule", old.rule, check.rule)
    for code, check in before.checks.items():
        if code not in after.checks:
            yield Change(code, "removed", check.rule)


def _text(value: object) -> str:
    return "" if value is None else str(value)
