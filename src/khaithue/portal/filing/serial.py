"""Transaction codes: 17 digits, the portal's prefix (3), the year (4) and a serial of that year (10).

The code looks like those the tax authority gives (``10820260019081192``); the first three digits are this
portal's own, so that its codes never meet another system's.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from khaithue.portal.filing.models import FilingSerial


def next_transaction_code(at: datetime) -> str:
    """The next code of the year in Viet Nam; call it inside the transaction that stores the filing."""
    year = timezone.localdate(at).year
    FilingSerial.objects.get_or_create(year=year)
    FilingSerial.objects.filter(year=year).update(last=F("last") + 1)
    serial = FilingSerial.objects.get(year=year).last
    return f"{settings.TRANSACTION_PREFIX}{year:04d}{serial:010d}"
