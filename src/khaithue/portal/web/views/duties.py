"""What is due: calendar of a year and of a month, one return, reminders, the private calendar."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khaithue.obligations.period import Period
from khaithue.portal.accounts.access import Access, Right, access
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.actions.calendar_link import digest, end_calendar_link, make_calendar_link
from khaithue.portal.duties.actions.choose_reminders import choose_reminders
from khaithue.portal.duties.due_date import days_down
from khaithue.portal.duties.models import CalendarLink, Outage
from khaithue.portal.duties.obligations import Obligation, obligation_of, obligations_for
from khaithue.portal.duties.steps import steps
from khaithue.portal.web.dueshown import counted
from khaithue.portal.web.icalendar import calendar_file
from khaithue.portal.web.monthgrid import months, weeks
from khaithue.portal.web.request import MemberRequest, member_page, page

FIRST_YEAR, LAST_YEAR = 2009, 2099
FEED_BEHIND, FEED_AHEAD = timedelta(days=180), timedelta(days=400)
SECTION = {"section": "duties"}
NEW_LINK = "duties.new_link"


@member_page
def year(request: MemberRequest, year: int | None = None) -> HttpResponse:
    """The twelve months of a year and what is due in each."""
    today = timezone.localdate()
    shown = year or today.year
    if not FIRST_YEAR <= shown <= LAST_YEAR:
        raise Http404
    owed = _owed(request.taxpayer, request.access, date(shown, 1, 1), date(shown, 12, 31))
    context = {
        **SECTION,
        "year": shown,
        "months": months(shown, owed, today),
        "open": sum(each.is_open for each in owed),
        "count": len(owed),
    }
    return page(request, "web/duties/year.html", context)


@member_page
def month(request: MemberRequest, year: int, month: int) -> HttpResponse:
    """The weeks of a month and what is due on each day."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise Http404
    today, first = timezone.localdate(), date(year, month, 1)
    after = (first + timedelta(days=31)).replace(day=1)
    owed = _owed(request.taxpayer, request.access, first, after - timedelta(days=1))
    context = {
        **SECTION,
        "first": first,
        "before": first - timedelta(days=1),
        "after": after,
        "weeks": weeks(first, owed, days_down(today), today),
        "owed": owed,
    }
    return page(request, "web/duties/month.html", context)


@member_page
def duty(request: MemberRequest) -> HttpResponse:
    """One return to file: how its due date was found, what being late costs, what was reminded of."""
    form_code, period = request.GET.get("form", ""), _period(request.GET.get("period", ""))
    if not request.access.may(Right.LOOK_UP, form_code):
        raise Http404
    owed = obligation_of(request.taxpayer, form_code, period, timezone.localdate())
    if owed is None:
        raise Http404
    reminders = request.taxpayer.reminders.filter(form_code=form_code, period=str(period))
    names = {step.key: step.name for step in steps()}
    context = {
        **SECTION,
        "task": owed,
        "counted": counted(owed),
        "reminders": [(each, names.get(each.step)) for each in reminders.select_related("mail")],
        "outages": _outages_of(owed),
    }
    return page(request, "web/duties/duty.html", context)


@member_page
@require_http_methods(["GET", "POST"])
def reminders(request: MemberRequest) -> HttpResponse:
    """Which reminders come by e-mail, and the private calendar's link."""
    if request.method == "POST":
        choose_reminders(user=request.user, taxpayer=request.taxpayer, wanted=request.POST.getlist("step"))
        messages.success(request, _("Đã lưu các ngày nhận thư nhắc."))
        return redirect("web:reminders")
    off = set(request.taxpayer.reminders_off.values_list("step", flat=True))
    context = {
        **SECTION,
        "steps": [(step, step.key not in off) for step in steps()],
        "link": _link(request),
        "secret": request.session.pop(NEW_LINK, ""),
        "site": settings.SITE,
    }
    return page(request, "web/duties/reminders.html", context)


@member_page
@require_POST
def make_feed(request: MemberRequest) -> HttpResponse:
    """Make a private link to the calendar; it is shown this once."""
    request.session[NEW_LINK] = make_calendar_link(user=request.user, taxpayer=request.taxpayer)
    return redirect(reverse("web:reminders") + "#calendar")


@member_page
@require_POST
def end_feed(request: MemberRequest) -> HttpResponse:
    """End the private link."""
    link = _link(request)
    if link:
        end_calendar_link(user=request.user, link=link)
        messages.success(request, _("Liên kết lịch đã hết hiệu lực."))
    return redirect("web:reminders")


@never_cache
@require_safe
def feed(_request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar, for whoever holds the link of a user who still acts for the taxpayer."""
    link = get_object_or_404(
        CalendarLink.objects.select_related("user", "taxpayer"), secret=digest(secret), ended_at__isnull=True
    )
    now = timezone.now()
    today = timezone.localdate(now)
    granted = access(link.user, link.taxpayer, today)
    if not granted.may(Right.LOOK_UP):
        raise Http404
    owed = _owed(link.taxpayer, granted, today - FEED_BEHIND, today + FEED_AHEAD)
    data = calendar_file(link.taxpayer, owed, now, get_language() or "vi")
    headers = {"Content-Disposition": 'inline; filename="khaithue.ics"', "X-Robots-Tag": "noindex"}
    return HttpResponse(data, content_type="text/calendar; charset=utf-8", headers=headers)


def _owed(taxpayer: Taxpayer, granted: Access, since: date, until: date) -> list[Obligation]:
    found = obligations_for(taxpayer, since, until, timezone.localdate())
    return [each for each in found if granted.may(Right.LOOK_UP, each.form_code)]


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        raise Http404 from error


def _link(request: MemberRequest) -> CalendarLink | None:
    return CalendarLink.objects.filter(
        user=request.user, taxpayer=request.taxpayer, ended_at__isnull=True
    ).first()


def _outages_of(owed: Obligation) -> list[Outage]:
    """The outages that moved the due date, oldest first."""
    if owed.when.move is None:
        return []
    days = {down.first for down in owed.when.move.downs}
    standing = Outage.objects.standing().order_by("began_at")
    return [each for each in standing if timezone.localdate(each.began_at) in days]
