"""Throwing away what is over: old failures, codes and sessions."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from khaithue.portal.login.lockout import LONGEST
from khaithue.portal.login.models import Failures, OneTimeCode


def tidy() -> None:
    """Delete failures nobody counts any more, codes out of time and sessions that have run out."""
    now = timezone.now()
    Failures.objects.filter(last_at__lt=now - 2 * LONGEST).delete()
    OneTimeCode.objects.filter(expires_at__lt=now).delete()
    Session.objects.filter(expire_date__lt=now).delete()
