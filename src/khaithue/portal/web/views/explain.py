"""Why a computed box holds what it holds, of the saved figures or of those now on the page."""

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from khaithue.formula.trace import Explanation
from khaithue.law.dated import RateEntry, Scale
from khaithue.portal.drafts.models import Draft
from khaithue.portal.web import figures
from khaithue.portal.web.request import MemberRequest, member_page, page
from khaithue.portal.web.shown import row_number, say
from khaithue.printing.amounts import accounting, day
from khaithue.returns.explain import explain
from khaithue.returns.findings import Text
from khaithue.returns.model import Return

DEPTH = 2
"""How many levels of operands are shown at once."""


@dataclass(frozen=True)
class Node:
    """One operand as it is shown: its box, text, value and law, and its own operands."""

    cell: str
    label: str
    value: str
    formula: str
    law: str
    rows: str
    is_entered: bool
    taken: tuple[tuple[str, str], ...]
    rates: tuple[tuple[str, str, str], ...]
    operands: "tuple[Node, ...]"


@member_page
def explain_box(request: MemberRequest, pk: int) -> HttpResponse:
    """A page for the saved figures; for figures posted by the page's script, the fragment of its dialog."""
    draft = get_object_or_404(request.access.of(Draft.objects.filter(taxpayer=request.taxpayer)), pk=pk)
    ret = figures.return_of(draft)
    if request.method != "POST":
        address = request.GET.get("cell", "")[:200]
        return page(
            request, "web/explain.html", {"draft": draft, "address": address, "node": _node(ret, address)}
        )
    address, data = _asked(request)
    now, _faults = figures.read_page(data, ret)
    return render(request, "web/parts/explanation.html", {"node": _node(now, address)})


def _asked(request: MemberRequest) -> tuple[str, object]:
    try:
        sent = json.loads(request.body)
        return str(sent["cell"])[:200], sent["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Http404 from None


def _node(ret: Return, address: str) -> Node:
    cell, row = row_number(ret, address)
    found = explain(ret, cell, row=row, depth=DEPTH)
    if found is None:
        raise Http404
    return _shown(found)


def _shown(found: Explanation) -> Node:
    return Node(
        cell=found.cell if "[" in found.cell else f"[{found.cell}]",
        label=found.label,
        value=_value(found.value),
        formula=found.formula,
        law=found.law,
        rows=_("%s dòng") % found.rows if found.rows is not None else "",
        is_entered=found.is_entered,
        taken=tuple((item.choice, item.branch) for item in found.taken),
        rates=tuple(_rate(item) for item in found.rates),
        operands=tuple(_shown(item) for item in found.operands),
    )


def _rate(item: RateEntry | Scale) -> tuple[str, str, str]:
    value = _value(item.value) if isinstance(item, RateEntry) else ""
    return say(Text(**item.title)), value, item.law


def _value(value: object) -> str:
    if value is None or value == "":
        return _("để trống")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, Fraction):
        return _fraction(value)
    if isinstance(value, int | Decimal):
        return accounting(value)
    return day(str(value))


def _fraction(value: Fraction) -> str:
    if value.denominator == 1:
        return accounting(value.numerator)
    if 1000 % value.denominator == 0 and abs(value) < 1:
        return accounting(Decimal(value.numerator * 100) / value.denominator) + " %"
    return f"{accounting(value.numerator)}/{value.denominator}"
