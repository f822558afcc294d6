"""Opening a notice: that it was read, by whom and when, is on record."""

from django.utils import timezone

from khaithue.portal.accounts.access import Right, access
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.notices.models import Notice, NoticeReading
from khaithue.portal.notices.reach import notices_for


@action("notices.read", Right.LOOK_UP)
def read_notice(*, user: User, taxpayer: Taxpayer, number: str) -> Done[Notice | None]:
    """Note the first reading of a notice by this user; ``None`` when it may not see such a notice."""
    granted = access(user, taxpayer, timezone.localdate())
    notice = notices_for(user, taxpayer, granted).filter(number=number).first()
    if notice is None:
        return Done(None, f"taxpayer:{taxpayer.pk}", {"outcome": "none"})
    at = timezone.now()
    _, is_first = NoticeReading.objects.get_or_create(notice=notice, user=user, defaults={"read_at": at})
    return Done(notice, number, {"first": is_first})
