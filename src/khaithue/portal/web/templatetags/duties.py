"""Filters for the pages of what is due."""

from datetime import date
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from khaithue.obligations.late import Fine
from khaithue.portal.duties.obligations import Obligation
from khaithue.portal.web import dueshown
from khaithue.portal.web.shown import say
from khaithue.printing.amounts import accounting
from khaithue.returns.findings import Text

register = template.Library()


@register.filter
def look(owed: Obligation) -> str:
    """The class of its mark."""
    return dueshown.look_of(owed)


@register.filter
def state_words(owed: Obligation) -> str:
    """Where it stands, in a word or two."""
    return dueshown.state_words(owed)


@register.filter
def days_words(owed: Obligation) -> str:
    """``còn 3 ngày``."""
    return dueshown.days_words(owed)


@register.filter
def days_look(owed: Obligation) -> str:
    """The class of the mark with its days."""
    return dueshown.days_look(owed)


@register.filter
def whole_words(owed: Obligation) -> str:
    """``Cần nộp, còn 3 ngày``."""
    return dueshown.whole_words(owed)


@register.filter
def fine_words(fine: Fine) -> str:
    """``2.000.000 – 5.000.000 đ``."""
    return dueshown.fine_words(fine)


@register.filter
def dong(amount: int) -> str:
    """``2.000.000 đ``."""
    return f"{accounting(amount)} đ"


@register.filter
def said(text: Text | None) -> str:
    """A text in the reader's language."""
    return say(text) if text else ""


@register.filter
def duty_url(owed: Obligation) -> str:
    """The address of its own page."""
    return f"{reverse('web:duty')}?{urlencode({'form': owed.form_code, 'period': str(owed.period)})}"


@register.filter
def month_url(day: date) -> str:
    """The address of the day's month in the calendar."""
    return reverse("web:duties_month", args=[day.year, day.month])
