"""A return filed anew after a refusal: which refused one it follows, and when the first of the line came."""

from khaithue.obligations.period import PeriodKind
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.submission import Submission


def refused_before(submission: Submission) -> Filing | None:
    """The refused filing in whose place this one comes; None when there is none, or no telling which.

    What happens by occurrence may have been refused twice in a day: then none is named.
    """
    followed = Filing.objects.filter(taxpayer=submission.taxpayer, again__isnull=False).values("again")
    refused = Filing.objects.filter(
        taxpayer=submission.taxpayer,
        form_code=submission.return_.form.code,
        activity=submission.activity,
        period=str(submission.return_.period),
        kind=submission.kind,
        supplement_no=submission.supplement_no,
        state=Filing.State.REFUSED,
    ).exclude(pk__in=followed)
    found = list(refused.order_by("-received_at", "-pk")[:2])
    if len(found) > 1 and submission.return_.period.kind is PeriodKind.OCCURRENCE:
        return None
    return found[0] if found else None
