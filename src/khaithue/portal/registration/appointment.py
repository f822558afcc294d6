"""When the office answers an application: within minutes, or by a working day."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from khaithue.obligations.working_days import working_day_after
from khaithue.portal.era import Step, era_on
from khaithue.portal.registration.models import Application


def appointment_day(step: Step, at: datetime) -> date:
    """The last day of the office's answer to what it received at that moment."""
    if step.working_days:
        return working_day_after(timezone.localdate(at), step.working_days)
    return timezone.localdate(at + timedelta(minutes=step.minutes))


def appointment_time(application: Application) -> datetime | None:
    """The last moment of the answer; None where the law gives the office whole days."""
    step = step_of(application)
    return application.received_at + timedelta(minutes=step.minutes) if step.minutes else None


def step_of(application: Application) -> Step:
    """The rules under which the application was received."""
    era = era_on(timezone.localdate(application.received_at))
    return era.stop if application.kind == Application.Kind.STOP else era.register


def is_late(application: Application, at: datetime) -> bool:
    """Whether the office has let its time pass."""
    if application.state != Application.State.RECEIVED:
        return False
    if moment := appointment_time(application):
        return moment < at
    return application.appointment_on < timezone.localdate(at)
