"""Amending: the differences a supplement makes, and returns first filed on paper."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from khaithue.portal.accounts.access import Right
from khaithue.portal.drafts.actions.fill_supplement import fill_supplement
from khaithue.portal.drafts.actions.open_paper import open_paper
from khaithue.portal.drafts.models import Draft
from khaithue.portal.drafts.supplementing import Reasons, supplement_of
from khaithue.portal.filing.actions.forget_paper import forget_paper
from khaithue.portal.filing.models import PaperReturn
from khaithue.portal.filing.standing import paper_figures
from khaithue.portal.web import amending
from khaithue.portal.web.request import MemberRequest, member_page, page, page_for
from khaithue.portal.web.shown import told
from khaithue.portal.web.typed import UnreadableError, value_of
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.portal.web.views.drafts import period_of, revision_of
from khaithue.printing import html, sheet
from khaithue.printing.amounts import accounting
from khaithue.returns.catalogue import offered
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.returns.form import Kind
from khaithue.returns.supplement import Supplement
from khaithue.returns.tax_changes import REFUND

LONGEST = 500
"""Most signs of one explanation."""


@page_for(Right.PREPARE)
def differences(request: MemberRequest, pk: int) -> HttpResponse:
    """What a supplement changes, what that does to the taxes and costs; then write it into 01/KHBS."""
    draft = _draft(request, pk)
    made = supplement_of(draft, timezone.localdate())
    if draft.kind != "B":
        raise Http404
    if request.method != "POST" or made is None:
        return _shown(request, draft, made)
    typed = request.POST.get("refunded_on", "").strip()
    refunded_on = _day(typed)
    if typed and refunded_on is None:
        return _shown(request, draft, made, (finding("TYPED-DATE", cell=_("ngày Kho bạc trả tiền hoàn")),))
    outcome = fill_supplement(
        user=request.user,
        draft=draft,
        revision=revision_of(request),
        reason=request.POST.get("reason", "").strip()[:LONGEST],
        reasons=_reasons(request, made),
        refunded_on=refunded_on,
    )
    if has_errors(outcome.findings):
        return _shown(request, draft, made, outcome.findings)
    messages.success(request, _("Đã lập 01/KHBS và 01-1/KHBS từ chênh lệch."))
    return redirect(reverse("web:draft", args=[draft.pk]) + "#part-PL01_KHBS")


def _reasons(request: MemberRequest, made: Supplement) -> Reasons:
    """The explanations typed beside the changes; a blank one leaves room for the common reason."""
    typed = {
        (each.cell, each.row): request.POST.get(amending.reason_name(each), "").strip()[:LONGEST]
        for each in made.differences
    }
    common = request.POST.get("reason", "").strip()
    return {place: text for place, text in typed.items() if text or not common}


def _shown(
    request: MemberRequest, draft: Draft, made: Supplement | None, refused: tuple[Finding, ...] = ()
) -> HttpResponse:
    context: dict[str, object] = {"section": "dashboard", "draft": draft, "made": made}
    if made:
        owed = made.interest
        context |= {
            "findings": told(refused or made.findings),
            "changes": amending.changes(made),
            "taxes": amending.taxes(made),
            "interest": accounting(owed.amount) if owed else "",
            "days": owed.days if owed else 0,
            "may_fill": made.ret.form.supplement is not None and not has_errors(made.findings),
            "asks_refund": any(each.section == REFUND and each.change < 0 for each in made.taxes),
            "refunded_on": request.POST.get("refunded_on", "")[:20],
            "today": timezone.localdate(),
        }
    status = 422 if made is None or has_errors(refused) else 200
    return page(request, "web/differences.html", context, status=status)


# -- paper


@member_page
def papers(request: MemberRequest) -> HttpResponse:
    """The returns filed on paper that are on record, and the way to enter another."""
    if request.method == "POST":
        return _start(request)
    return _listed(request)


def _listed(request: MemberRequest, findings: tuple[Finding, ...] = (), status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    mine = request.access.of(PaperReturn.objects.filter(taxpayer=request.taxpayer))
    context = {
        "section": "filings",
        "papers": mine.defer("data").order_by("-entered_at"),
        "drafts": request.access.of(Draft.objects.filter(taxpayer=request.taxpayer, kind="P")).defer("data"),
        "forms": [head for head in offered(today) if head.frame == "return"],
        "findings": told(findings),
        "asked": request.POST,
        "today": today,
    }
    return page(request, "web/papers.html", context, status=status)


def _start(request: MemberRequest) -> HttpResponse:
    outcome = open_paper(
        user=request.user,
        taxpayer=request.taxpayer,
        form_code=request.POST.get("form_code", "")[:40],
        period=period_of(request.POST.get("period", "")),
        filed_on=_day(request.POST.get("filed_on", "")),
    )
    if outcome.draft is None:
        return _listed(request, outcome.findings, 422)
    return redirect("web:draft", outcome.draft.pk)


def _day(typed: str) -> date | None:
    try:
        read = value_of(Kind.DATE, typed[:20])
    except UnreadableError:
        return None
    return date.fromisoformat(read) if read else None


@member_page
def paper(request: MemberRequest, pk: int) -> HttpResponse:
    """One return filed on paper, as it was entered."""
    found = _paper(request, pk)
    shown = mark_safe(html(sheet(paper_figures(found))))  # noqa: S308 - printing escapes
    context = {"section": "filings", "found": found, "paper": shown, "paper_css": paper_css_url()}
    return page(request, "web/paper.html", context)


@page_for(Right.PREPARE)
def forget(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then take it off the record."""
    found = _paper(request, pk)
    if request.method != "POST":
        return page(request, "web/forget_paper.html", {"section": "filings", "found": found})
    if wrong := forget_paper(user=request.user, paper=found):
        return _listed(request, wrong, 409)
    messages.success(request, _("Đã xóa tờ khai giấy khỏi sổ."))
    return redirect("web:papers")


def _draft(request: MemberRequest, pk: int) -> Draft:
    mine = request.access.of(Draft.objects.filter(taxpayer=request.taxpayer))
    return get_object_or_404(mine.select_related("taxpayer"), pk=pk)


def _paper(request: MemberRequest, pk: int) -> PaperReturn:
    mine = request.access.of(PaperReturn.objects.filter(taxpayer=request.taxpayer))
    return get_object_or_404(mine.select_related("taxpayer"), pk=pk)
