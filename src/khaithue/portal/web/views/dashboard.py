"""The first page: what is due, and what is being filled in."""

from datetime import date
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Officer, Taxpayer, User
from khaithue.portal.duties.models import Outage
from khaithue.portal.duties.obligations import Obligation, State
from khaithue.portal.duties.todo import PLACES, tasks
from khaithue.portal.registration.forms import registered_forms
from khaithue.portal.web.request import MemberRequest, member_page, page
from khaithue.returns.catalogue import Head, offered


@login_required
def landing(request: HttpRequest) -> HttpResponseBase:
    """Where a log-in leads: an officer to the office, everybody else to what there is to do."""
    mine = Taxpayer.objects.of(cast(User, request.user)).exists()
    if not mine and Officer.objects.filter(user=request.user.pk).exists():
        return redirect("web:office")
    return dashboard(request)


@member_page
def dashboard(request: MemberRequest) -> HttpResponse:
    """What the taxpayer has to do."""
    today = timezone.localdate()
    owed = [
        each for each in tasks(request.taxpayer, today) if request.access.may(Right.LOOK_UP, each.form_code)
    ]
    context = {
        "section": "dashboard",
        "today": today,
        "groups": _groups(owed),
        "waiting": sum(each.is_open for each in owed),
        "late": sum(each.state is State.LATE for each in owed),
        "outage": Outage.objects.standing().filter(ended_at__isnull=True).first(),
        "form_groups": _forms(request, today),
        "drafts": request.access.of(request.taxpayer.drafts.defer("data"))[:20],
        "period_example": f"{today:%m/%Y}",
    }
    return page(request, "web/dashboard.html", context)


def _forms(request: MemberRequest, today: date) -> list[tuple[str, list[Head]]]:
    """The forms to choose from: those the taxpayer has registered before all the others."""
    mine = registered_forms(request.taxpayer, today)
    offers = [
        head
        for head in offered(today)
        if head.frame == "return" and request.access.may(Right.PREPARE, head.code)
    ]
    parts = (
        (_("Đã đăng ký"), [head for head in offers if head.code in mine]),
        (_("Tờ khai khác"), [head for head in offers if head.code not in mine]),
    )
    return [(name, heads) for name, heads in parts if heads]


def _groups(owed: list[Obligation]) -> list[tuple[str, list[Obligation]]]:
    """The tasks under the headings of the page: ``late``, ``due``, ``filed``; those with none left out."""
    names = ("late", "due", "filed")
    found = [
        (name, [each for each in owed if PLACES[each.state] == place]) for place, name in enumerate(names)
    ]
    return [(name, rows) for name, rows in found if rows]
