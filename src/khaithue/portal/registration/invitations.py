"""Links into an account that expire: made, and found again by their secret."""

import secrets
from datetime import datetime, timedelta

from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.login.sealing import mark, marks
from khaithue.portal.registration.models import Invitation

LIFE = timedelta(days=7)
"""How long an activation link is good."""


def invite_main(taxpayer: Taxpayer, user: User, at: datetime) -> tuple[Invitation, str]:
    """A link for the main account, in place of those before; the secret is returned and not kept."""
    waiting = taxpayer.invitations.filter(user=user, used_at__isnull=True, cancelled_at__isnull=True)
    waiting.update(cancelled_at=at)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        taxpayer=taxpayer,
        user=user,
        email=user.email,
        secret=mark(_text(secret)),
        role=Membership.Role.MAIN,
        may_file=True,
        may_manage=True,
        made_at=at,
        expires_at=at + LIFE,
    )
    return invitation, secret


def invitation_of(secret: str, at: datetime) -> Invitation | None:
    """The invitation into a main account whose secret it is, while it is good."""
    return (
        Invitation.objects.filter(
            secret__in=marks(_text(secret)),
            role=Membership.Role.MAIN,
            user__is_active=True,
            used_at__isnull=True,
            cancelled_at__isnull=True,
            expires_at__gt=at,
        )
        .select_related("taxpayer", "user")
        .first()
    )


def _text(secret: str) -> str:
    return f"invitation:{secret}"
