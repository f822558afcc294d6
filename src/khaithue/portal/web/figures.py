"""A draft's return and the data of its page, both ways. What a page may not change is kept from the draft."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404

from khaithue.portal.drafts.models import Draft
from khaithue.portal.web.posted import HEADER
from khaithue.returns import codec
from khaithue.returns.check import check
from khaithue.returns.compute import compute
from khaithue.returns.findings import Finding
from khaithue.returns.form import Appendix
from khaithue.returns.model import Return

Data = dict[str, Any]


@dataclass(frozen=True)
class Checked:
    """A computed return and everything found in it."""

    return_: Return
    findings: tuple[Finding, ...]


def return_of(draft: Draft) -> Return:
    """The draft's return; ``Http404`` when its form is no longer known."""
    found, _ = codec.decode(draft.data)
    if found is None:
        raise Http404
    return found


def page_data(ret: Return) -> Data:
    """The return as the form's script takes it: every figure a text."""
    return codec.encode_for_page(ret)


def stored_data(ret: Return) -> Data:
    """The return as a draft keeps it."""
    return codec.encode(ret)


def checked(ret: Return, found: tuple[Finding, ...] = ()) -> Checked:
    """The return computed and checked, with what was found before put first."""
    computed = compute(ret)
    return Checked(computed, (*found, *check(computed)))


def read_page(data: object, before: Return) -> tuple[Return, tuple[Finding, ...]]:
    """The return a page's data describe; of its header only the signer and the day of signing are taken."""
    read, findings = codec.decode_page(data, before.form, before.period)
    given = {name: text[:200] for name, text in read.header.items() if name in HEADER}
    return replace(read, header={**before.header, **given}), tuple(findings)


def with_appendix(data: Data, part: Appendix) -> Data:
    """The page's data with an appendix added: an empty row in each of its tables."""
    top = (table.name for table in part.tables.values() if not table.parent)
    tables: Data = {name: [{"values": {}, "children": {}}] for name in top}
    return {
        **data,
        "totals": {part.name: {}, **data["totals"]},
        "tables": {**tables, **data["tables"]},
    }


def without_appendix(data: Data, part: Appendix) -> Data:
    """The page's data without an appendix and its rows."""
    return {
        **data,
        "totals": {name: boxes for name, boxes in data["totals"].items() if name != part.name},
        "tables": {name: rows for name, rows in data["tables"].items() if name not in part.tables},
    }


def file_name(draft: Draft, ret: Return) -> str:
    """The name the authority's own program gives the file: ``0319900012000-01_GTGT_TT80-M052026-L00.xml``.

    Tax code of 13 digits, form, circular, kind and words of the period, number of the supplement.
    """
    mst = draft.taxpayer.mst.replace("-", "")
    circular = draft.basis.partition("/")[0]
    form = draft.form_code.replace("/", "_").replace("-", "_")
    return f"{mst:0<13}-{form}_{circular}-{_period_mark(ret)}-L{draft.supplement_no:02}.xml"


def _period_mark(ret: Return) -> str:
    start = ret.period.start
    match ret.period.kind:
        case "month":
            return f"M{start:%m%Y}"
        case "quarter":
            return f"Q{(start.month + 2) // 3}{start.year}"
        case "half_year":
            return f"N{(start.month + 5) // 6}{start.year}"
        case "year":
            return f"Y{start.year}"
    return f"D{start:%d%m%Y}"
