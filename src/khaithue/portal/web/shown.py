"""What the lower layers return, as the templates show it in the reader's language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.signers import moment as moment
from khaithue.portal.signers import signed_by as signed_by
from khaithue.portal.signers import signer_of as signer_of
from khaithue.returns.findings import Finding, Text
from khaithue.returns.model import Return, Row


@dataclass(frozen=True)
class Told:
    """A finding in one language; ``address`` is the box's address on the page, ``href`` a link to it."""

    code: str
    level: str
    message: str
    fix: str
    law: str
    address: str = ""
    href: str = ""
    place: str = ""


def say(text: Text) -> str:
    """The text in the reader's language."""
    return text[get_language() or "vi"]


def told(findings: Iterable[Finding], *, on_page: bool = False, rows: Return | None = None) -> list[Told]:
    """Findings for a page, gravest first; ``on_page`` links them to the boxes of the same page.

    ``rows`` is the return they are about: it tells where a row of a nested table stands.
    """
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted((_told(item, on_page, rows) for item in findings), key=lambda item: order[item.level])


def stored(findings: Iterable[Mapping[str, Any]]) -> list[Told]:
    """Findings kept as JSON with a filing."""
    return [
        Told(
            code=item["code"],
            level=item["level"],
            message=say(Text(**item["message"])),
            fix=say(Text(**item["fix"])),
            law=item.get("law", ""),
            place=_place(item.get("cell", ""), item.get("row"), item.get("line")),
        )
        for item in findings
    ]


def address_of(cell: str, row: int | None, ret: Return | None = None) -> str:
    """The address of the box a finding names: a column of a table takes the row's number, from 1."""
    table, bracket, column = cell.partition("[")
    if row is None:
        return cell
    nested = ret is not None and table in ret.form.tables and ret.form.tables[table].parent
    place = _row_addresses(ret, table)[row - 1] if nested and ret else f"{table}[{row}]"
    return place + bracket + column


def row_number(ret: Return, address: str) -> tuple[str, int | None]:
    """The cell and row by which findings and explanations name the box at an address; see ``address_of``."""
    match = re.fullmatch(r"(?:.+\.)?(\w+)\[\d+\]\[([\w.]+)\]", address)
    if not match or match[1] not in ret.form.tables:
        return address, None
    place = address.removesuffix(f"[{match[2]}]")
    rows = _row_addresses(ret, match[1])
    return f"{match[1]}[{match[2]}]", rows.index(place) + 1 if place in rows else None


def _row_addresses(ret: Return, table: str) -> list[str]:
    """The addresses of all rows of a table, those of a nested one in the order of their parents."""
    return [address for address, _row in _placed(ret, table)]


def _placed(ret: Return, table: str) -> list[tuple[str, Row]]:
    parent = ret.form.tables[table].parent
    if not parent:
        return [(f"{table}[{n}]", row) for n, row in enumerate(ret.tables.get(table, ()), 1)]
    return [
        (f"{above}.{table}[{n}]", row)
        for above, up in _placed(ret, parent)
        for n, row in enumerate(up.children.get(table, ()), 1)
    ]


def _told(item: Finding, on_page: bool, rows: Return | None) -> Told:
    address = address_of(item.cell, item.row, rows)
    return Told(
        code=item.code,
        level=item.level,
        message=say(item.message),
        fix=say(item.fix),
        law=item.law,
        address=address,
        href=f"#c-{address}" if on_page and address else "",
        place=_place(item.cell, item.row, item.line),
    )


def _place(cell: str, row: int | None, line: int | None) -> str:
    parts = [
        (_("chỉ tiêu [%s]") % cell if "[" not in cell else cell) if cell else "",
        _("dòng %s") % row if row else "",
        _("dòng %s của tệp") % line if line else "",
    ]
    return ", ".join(part for part in parts if part)


def period_words(period: str | Period) -> str:
    """A tax period for people: ``tháng 05/2026``, ``quý 2/2026``."""
    found = period if isinstance(period, Period) else Period.parse(period)
    start, end = found.start, found.end
    match found.kind:
        case PeriodKind.MONTH:
            return _("tháng %s") % f"{start:%m/%Y}"
        case PeriodKind.QUARTER:
            return _("quý %s") % f"{(start.month + 2) // 3}/{start.year}"
        case PeriodKind.HALF_YEAR:
            return (_("6 tháng đầu năm %s") if start.month == 1 else _("6 tháng cuối năm %s")) % start.year
        case PeriodKind.YEAR:
            return _("năm %s") % start.year
        case PeriodKind.OCCURRENCE:
            return _("ngày %s") % f"{start:%d/%m/%Y}"
    return f"{start:%d/%m/%Y} – {end:%d/%m/%Y}"
