"""Using an activation link: the owner of a granted account sets its password."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, public_action
from khaithue.portal.login.models import OneTimeCode
from khaithue.portal.login.sessions import drop_sessions
from khaithue.portal.login.telling import tell_owner
from khaithue.portal.registration.invitations import invitation_of
from khaithue.portal.registration.models import Invitation
from khaithue.returns.findings import Finding, finding


@dataclass(frozen=True)
class Activation:
    """The user whose account is active now, None when the link was no good; and what was found."""

    user: User | None
    findings: tuple[Finding, ...] = ()


@public_action("registration.activate")
def activate(*, secret: str, password: str) -> Done[Activation]:
    """Set the password with the link's secret, which is then used up. Findings: REG-LINK.

    The caller has held the password against ``login.passwords``. Every session of before ends.
    """
    now = timezone.now()
    found = invitation_of(secret, now)
    if found is None or found.user is None or not _use(found, now):
        return Done(Activation(None, (finding("REG-LINK"),)), "invitation", {"refused": "REG-LINK"})
    user = found.user
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    OneTimeCode.objects.filter(user=user).delete()
    drop_sessions(user)
    tell_owner(user, "password")
    return Done(Activation(user), f"user:{user.pk}", {"taxpayer": found.taxpayer_id})


def _use(invitation: Invitation, now: datetime) -> bool:
    """Use the link up; of two at once only one does."""
    return bool(Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=now))
