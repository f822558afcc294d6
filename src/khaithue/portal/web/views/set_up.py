"""The forms a taxpayer files online: chosen, confirmed, added on the way to a draft, ended."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.access import Right
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.registration.actions.end_form import end_form
from khaithue.portal.registration.actions.register_forms import register_forms
from khaithue.portal.registration.choosing import KINDS, Choice, Wish, choose
from khaithue.portal.registration.models import FormRegistration
from khaithue.portal.registration.periods import earliest, latest, read_period
from khaithue.portal.web import registering
from khaithue.portal.web.request import MemberRequest, member_page, page, page_for
from khaithue.portal.web.shown import say, told
from khaithue.returns.findings import Finding, finding

SECTION = {"section": "details"}


@member_page
def forms(request: MemberRequest) -> HttpResponse:
    """What is registered, and what may be added."""
    return _forms(request, ())


@require_POST
@page_for(Right.MANAGE)
def review(request: MemberRequest) -> HttpResponse:
    """What the forms ticked come to, before they are registered."""
    today = timezone.localdate()
    choices = [choose(request.taxpayer, wish, today) for wish in registering.wishes(request.POST)]
    wrong = _faults(choices)
    if wrong:
        return _forms(request, wrong, status=422)
    context = {**SECTION, "chosen": list(registering.reviewed(choices))}
    return page(request, "web/forms_review.html", context)


@require_POST
@page_for(Right.MANAGE)
def confirm(request: MemberRequest) -> HttpResponse:
    """Register the forms reviewed."""
    asked = registering.wishes(request.POST)
    outcome = register_forms(user=request.user, taxpayer=request.taxpayer, wishes=asked)
    if outcome.value is None:
        return _forms(request, outcome.findings, status=422)
    count = len(outcome.value)
    said = ngettext("Đã đăng ký %d loại tờ khai.", "Đã đăng ký %d loại tờ khai.", count) % count
    messages.success(request, said)
    return redirect("web:forms")


@require_POST
@page_for(Right.MANAGE)
def register_and_start(request: MemberRequest) -> HttpResponse:
    """Register the form of the draft that was asked for, from its period on, then open the draft."""
    code, text = request.POST.get("form_code", "")[:40], request.POST.get("period", "")[:24]
    period = read_period(text)
    kind = period.kind if period and period.kind is not PeriodKind.RANGE else None
    wish = Wish(code, kind.value if kind else "", text if kind else "")
    outcome = register_forms(user=request.user, taxpayer=request.taxpayer, wishes=[wish])
    if outcome.value is None:
        return _not_made(request, outcome.findings)
    messages.success(request, _("Đã đăng ký mẫu %s.") % code)
    opened = open_draft(user=request.user, taxpayer=request.taxpayer, form_code=code, period=text)
    return redirect("web:draft", opened.draft.pk) if opened.draft else _not_made(request, opened.findings)


@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def end(request: MemberRequest, pk: int) -> HttpResponse:
    """End a registration with its last period."""
    held = get_object_or_404(FormRegistration, pk=pk, taxpayer=request.taxpayer)
    if request.method == "GET":
        return _ending(request, held)
    outcome = end_form(user=request.user, registration=held, last=request.POST.get("last", "")[:24])
    if outcome.value is None:
        return _ending(request, held, outcome.findings)
    messages.success(request, _("Đã ngừng đăng ký mẫu %s.") % held.form_code)
    return redirect("web:forms")


def _forms(request: MemberRequest, wrong: tuple[Finding, ...], status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    context = {
        **SECTION,
        "rows": registering.rows(request.access.of(request.taxpayer.form_registrations.all()), today),
        "offers": registering.offers(request.taxpayer, today, request.POST),
        "findings": told(wrong),
        "earliest": earliest(today),
        "latest": latest(today),
    }
    return page(request, "web/forms.html", context, status=status)


def _faults(choices: list[Choice]) -> tuple[Finding, ...]:
    if not choices:
        return (finding("FORM-NONE-CHOSEN"),)
    return tuple(found for choice in choices for found in choice.findings)


def _ending(request: MemberRequest, held: FormRegistration, wrong: tuple[Finding, ...] = ()) -> HttpResponse:
    kind = PeriodKind(held.period_kind)
    running = Period.around(kind, timezone.localdate())
    context = {
        **SECTION,
        "held": held,
        "kind": say(KINDS[kind]),
        "typed": request.POST.get("last", "")[:24],
        "running": running,
        "findings": told(wrong),
    }
    return page(request, "web/form_end.html", context, status=422 if wrong else 200)


def _not_made(request: MemberRequest, wrong: tuple[Finding, ...]) -> HttpResponse:
    context = {"heading": _("Chưa lập được tờ khai này"), "findings": told(wrong), "back": "/"}
    return page(request, "web/findings.html", context, status=422)
