"""The page that is filled in: the paper's boxes, what is wrong beside them, and what its script needs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khaithue.portal.drafts.models import Draft
from khaithue.portal.web import figures
from khaithue.portal.web.amending import amends
from khaithue.portal.web.request import page
from khaithue.portal.web.shown import Told, say, told
from khaithue.portal.web.typed import UNREADABLE
from khaithue.portal.web.views.assets import form_js_url, paper_css_url, runtime_js_url
from khaithue.printing import sheet
from khaithue.printing.tables import Window
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import Form
from khaithue.returns.formulas import form_id
from khaithue.returns.model import Return

ROWS = 50
"""Rows of a table on one page."""

MOST_COUNTED = 100
"""Numbers of findings the page's script can say."""

LIVE_ROWS = 2000
"""Most rows with which the page computes as one types; beyond it the server does, at each save."""


@dataclass(frozen=True)
class Filling:
    """A draft as it is shown: its figures, what was found on reading them, the texts not understood."""

    draft: Draft
    return_: Return
    faults: tuple[Finding, ...] = ()
    unread: dict[str, str] = field(default_factory=dict)


def filled_page(request: HttpRequest, filling: Filling, *, status: int = 200) -> HttpResponse:
    """The whole page."""
    checked = figures.checked(filling.return_, filling.faults)
    form, ret = checked.return_.form, checked.return_
    found = told(checked.findings, on_page=True, rows=ret)
    laid = sheet(ret, windows=_windows(request, form), fill=True)
    context = {
        "draft": filling.draft,
        "amends": amends(filling.draft, ret, timezone.localdate()),
        "sheet": laid,
        "present": [part for part in laid.appendices if part.present],
        "absent": [part for part in laid.appendices if not part.present],
        "findings": found,
        "count_text": _count_text(len(found)),
        "told": [asdict(item) for item in found],
        "beside": _beside(found),
        "unread": filling.unread,
        "live": sum(map(len, ret.tables.values())) <= LIVE_ROWS,
        "data": figures.page_data(ret),
        "checks": _checks(form),
        "words": _words(form),
        "form_js": form_js_url(form),
        "runtime_js": runtime_js_url(),
        "paper_css": paper_css_url(),
        "explain_url": reverse("web:explain", args=[filling.draft.pk]),
    }
    return page(request, "web/fill.html", context, status=status)


def wire(findings: Iterable[Finding], rows: Return | None = None) -> list[dict[str, Any]]:
    """Findings as the page's script shows them."""
    return [asdict(item) for item in told(findings, on_page=True, rows=rows)]


def _beside(found: list[Told]) -> dict[str, list[Told]]:
    beside = defaultdict(list)
    for item in found:
        beside[item.address].append(item)
    return dict(beside)


def _windows(request: HttpRequest, form: Form) -> dict[str, Window]:
    """Each table from its first row, or from the row the address asks for (``?from=people:50``)."""
    name, _colon, start = request.GET.get("from", "").partition(":")
    asked = {name: int(start)} if start.isdecimal() and len(start) < 7 else {}
    return {table: Window(asked.get(table, 0), ROWS) for table in form.tables}


def _checks(form: Form) -> dict[str, dict[str, str]]:
    """The rules of the form in the reader's language, for the findings of the live figures."""
    return {
        rule.code: {
            "level": rule.level,
            "cell": rule.cell.removeprefix("[").removesuffix("]") if rule.cell.startswith("[") else rule.cell,
            "each": rule.each,
            "message": say(rule.message),
            "fix": say(rule.fix),
            "law": rule.law or form.law,
        }
        for rule in form.checks.values()
    }


def _words(form: Form) -> dict[str, Any]:
    return {
        "form": form_id(form),
        "parents": {table.name: table.parent for table in form.tables.values()},
        "unsaved": _("Chưa lưu…"),
        "saving": _("Đang lưu…"),
        "offline": _("Không lưu được. Số liệu vẫn còn trên trang; kiểm tra mạng rồi gõ tiếp để lưu lại."),
        "keep": _("Giữ bản đang nhập"),
        "newest": _("Mở bản mới nhất"),
        "count": [_count_text(count) for count in range(MOST_COUNTED)],
        "unreadable": dict(_unreadable()),
    }


def _count_text(count: int) -> str:
    if not count:
        return _("Chưa thấy điểm sai")
    return ngettext("%d điểm cần xem lại", "%d điểm cần xem lại", count) % count


def _unreadable() -> Iterator[tuple[str, dict[str, str]]]:
    for kind, code in UNREADABLE.items():
        wrong = finding(code, cell="{cell}")
        yield str(kind), {"code": code, "message": say(wrong.message), "fix": say(wrong.fix), "law": ""}
