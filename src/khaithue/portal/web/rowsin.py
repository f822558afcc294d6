"""Rows of the page's data, changed by the page's buttons when there is no JavaScript."""

import copy
import re
from typing import Any

Data = dict[str, Any]

STEP = re.compile(r"([A-Za-z_]\w*)(?:\[(\d{1,6})\])?")


def add_row(data: Data, address: str) -> Data:
    """The data with an empty row more in the table at an address (``people``, ``plants[2].provinces``)."""
    changed = copy.deepcopy(data)
    rows = _table(changed, address, make=True)
    if rows is not None:
        rows.append({"values": {}, "children": {}})
    return changed


def copy_row(data: Data, address: str) -> Data:
    """The data with the row at an address (``people[3]``) once more below itself."""
    changed = copy.deepcopy(data)
    rows, place = _row(changed, address)
    if rows is not None:
        rows.insert(place, copy.deepcopy(rows[place]))
    return changed


def drop_row(data: Data, address: str) -> Data:
    """The data without the row at an address."""
    changed = copy.deepcopy(data)
    rows, place = _row(changed, address)
    if rows is not None:
        del rows[place]
    return changed


def _table(data: Data, address: str, *, make: bool = False) -> list[Data] | None:
    """The rows of a table; none for an address that leads nowhere, unless the table is to be made."""
    tables = data["tables"]
    *above, last = address.split(".")
    for step in above:
        match = STEP.fullmatch(step)
        rows = tables.get(match[1], []) if match and match[2] else []
        place = int(match[2]) - 1 if match and match[2] else -1
        if not 0 <= place < len(rows):
            return None
        tables = rows[place]["children"]
    match = STEP.fullmatch(last)
    if match and make:
        tables.setdefault(match[1], [])
    found: list[Data] | None = tables.get(match[1]) if match else None
    return found


def _row(data: Data, address: str) -> tuple[list[Data] | None, int]:
    match = re.fullmatch(r"(.+)\[(\d{1,6})\]", address)
    rows = _table(data, match[1]) if match else None
    place = int(match[2]) - 1 if match else -1
    if rows is None or not 0 <= place < len(rows):
        return None, -1
    return rows, place
