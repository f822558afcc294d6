"""A dossier that the portal answers at once by itself: to change the facts of an account, or to leave."""

from datetime import datetime

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.serial import next_transaction_code
from khaithue.portal.registration.models import Application
from khaithue.returns.codec import encode
from khaithue.returns.model import Return


def answered_dossier(
    taxpayer: Taxpayer,
    user: User,
    kind: Application.Kind,
    paper: Return | None,
    at: datetime,
    *,
    reason: str = "",
) -> Application:
    """Store the dossier of that paper, or of none where the era has no form, received and granted at once.

    Call it inside the transaction of the act; ``user`` is who asks.
    """
    return Application.objects.create(
        code=next_transaction_code(at),
        kind=kind,
        form_code=paper.form.code if paper else "",
        taxpayer=taxpayer,
        mst=taxpayer.mst,
        name=taxpayer.name,
        email=taxpayer.email or user.email,
        phone=taxpayer.phone,
        office_code=taxpayer.office_code,
        office_name=taxpayer.office_name,
        data=encode(paper) if paper else {},
        received_at=at,
        appointment_on=timezone.localdate(at),
        state=Application.State.GRANTED,
        answered_at=at,
        reason=reason,
    )
