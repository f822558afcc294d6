"""The first page: what is due, and what is being filled in."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Officer, Taxpayer, User
from khaithue.portal.web.duties import tasks
from khaithue.portal.web.request import MemberRequest, member_page, page
from khaithue.returns.catalogue import offered


@login_required
def landing(request: HttpRequest) -> HttpResponse:
    """Where a log-in leads: an officer to the office, everybody else to what there is to do."""
    mine = Taxpayer.objects.of(cast(User, request.user)).exists()
    if not mine and Officer.objects.filter(user=request.user.pk).exists():
        return redirect("web:office")
    return dashboard(request)


@member_page
def dashboard(request: MemberRequest) -> HttpResponse:
    """What the taxpayer has to do."""
    today = timezone.localdate()
    found = [
        task for task in tasks(request.taxpayer, today) if request.access.may(Right.LOOK_UP, task.form_code)
    ]
    context = {
        "section": "dashboard",
        "today": today,
        "tasks": found,
        "waiting": sum(not task.filing for task in found),
        "late": sum(task.urgency == "late" for task in found),
        "forms": [
            head
            for head in offered(today)
            if head.frame == "return" and request.access.may(Right.PREPARE, head.code)
        ],
        "drafts": request.access.of(request.taxpayer.drafts.all())[:20],
        "period_example": f"{today:%m/%Y}",
    }
    return page(request, "web/dashboard.html", context)
