"""Which notices a user may see."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from khaithue.portal.accounts.access import Access
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.duties.models import OutageTold
from khaithue.portal.notices.models import Notice, NoticeReading


def notices_of(taxpayer: Taxpayer) -> QuerySet[Notice]:
    """Every notice to the taxpayer, and those of the outages that move its due dates."""
    outages = OutageTold.objects.filter(taxpayer=taxpayer).values("outage")
    return Notice.objects.filter(Q(taxpayer=taxpayer) | Q(outage__in=outages))


def notices_for(user: User, taxpayer: Taxpayer, granted: Access) -> QuerySet[Notice]:
    """The taxpayer's notices within an access, each marked ``is_read`` by this user.

    Notices of filings go with their form. Those of the account and its registration are for the taxpayer's
    own people: an agent is contracted for returns.
    """
    found = notices_of(taxpayer)
    if granted.forms is not None:
        found = found.filter(Q(filing__form_code__in=granted.forms) | Q(filing__isnull=True))
    if not Membership.objects.filter(user=user, taxpayer=taxpayer).exists():
        found = found.filter(Q(filing__isnull=False) | Q(kind=Notice.Kind.OUTAGE))
    mine = NoticeReading.objects.filter(notice=OuterRef("pk"), user=user)
    return found.annotate(is_read=Exists(mine))


def unread(found: QuerySet[Notice], user: User) -> QuerySet[Notice]:
    """Those of the notices that this user has not opened."""
    return found.exclude(readings__user=user)
