"""The address of the page of one return to file, as e-mails and calendars give it."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer


def duty_link(taxpayer: Taxpayer, form_code: str, period: Period) -> str:
    """The page of that return; it opens for that taxpayer, whichever was chosen before."""
    asked = {"form": form_code, "period": str(period), "for": taxpayer.mst}
    return f"{settings.SITE}{reverse('web:duty')}?{urlencode(asked)}"
