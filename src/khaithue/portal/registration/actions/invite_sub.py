"""Sub-accounts: invited by e-mail with their rights, accepted by whoever opens the link, taken back."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from khaithue import law
from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.action import Done, action, own_action, public_action
from khaithue.portal.mail.post import post
from khaithue.portal.registration.change_notice import tell_accounts
from khaithue.portal.registration.change_paper import Change
from khaithue.portal.registration.contact import email_of
from khaithue.portal.registration.grants import Grants, held_by
from khaithue.portal.registration.links import digest, invitation_life, new_secret
from khaithue.portal.registration.models import Invitation
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.returns.findings import Finding, finding

_LOGIN = re.compile(r"[\w.@+-]{3,150}")


@dataclass(frozen=True)
class Newcomer:
    """The account somebody invited makes: log-in name, the person's name, and a password already judged."""

    username: str
    name: str
    password: str


@action("registration.invite_sub", Right.MANAGE)
def invite_sub(*, user: User, taxpayer: Taxpayer, email: str, grants: Grants) -> Done[Outcome[Invitation]]:
    """Mail a link that makes a sub-account with these rights; one sent before to the address is void.

    Findings: EMAIL-INVALID, SUB-ALREADY, SUB-TOO-MANY, SUB-RIGHT-NOT-HELD.
    """
    Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    now, address, subject = timezone.now(), email_of(email), f"taxpayer:{taxpayer.pk}"
    if address is None:
        return refused(subject, finding("EMAIL-INVALID", email=email[:254]))
    open_invitations(taxpayer, now).filter(email__iexact=address).update(cancelled_at=now)
    if wrong := _wrong(user, taxpayer, address, grants, now):
        return refused(subject, wrong)
    secret = new_secret()
    invitation = Invitation.objects.create(
        taxpayer=taxpayer,
        email=address,
        secret=digest(secret),
        role=Membership.Role.SUB,
        may_prepare=grants.prepare,
        may_file=grants.file,
        may_manage=grants.manage,
        made_at=now,
        expires_at=now + invitation_life(),
    )
    _mail(invitation, secret)
    return Done(Outcome(invitation), f"invitation:{invitation.pk}", {"rights": grants.words()})


@public_action("registration.accept_as_new")
def accept_as_new(*, secret: str, newcomer: Newcomer) -> Done[Outcome[User]]:
    """Make the account of somebody invited, who has none yet, and join it to the taxpayer.

    Findings: those of ``usable``, SUB-NAME, SUB-NAME-TAKEN, SUB-HAS-ACCOUNT.
    """
    invitation, wrong = usable(secret, lock=True)
    if invitation is None or wrong:
        return refused("invitation", *([wrong] if wrong else []))
    subject = f"invitation:{invitation.pk}"
    if wrong := _wrong_name(newcomer.username) or _has_account(invitation):
        return refused(subject, wrong)
    user = User.objects.create_user(newcomer.username, email=invitation.email, password=newcomer.password)
    user.first_name = newcomer.name[:150]
    user.save(update_fields=["first_name"])
    _join(invitation, user)
    return Done(Outcome(user), subject, {"user": user.pk})


@own_action("registration.accept_as_user")
def accept_as_user(*, user: User, secret: str) -> Done[Outcome[User]]:
    """Join an account there is already; its e-mail must be the one invited.

    Findings: those of ``usable``, SUB-OTHER-ACCOUNT, SUB-ALREADY.
    """
    invitation, wrong = usable(secret, lock=True)
    if invitation is None or wrong:
        return refused("invitation", *([wrong] if wrong else []))
    subject = f"invitation:{invitation.pk}"
    if user.email.casefold() != invitation.email.casefold():
        return refused(subject, finding("SUB-OTHER-ACCOUNT", email=invitation.email))
    if Membership.objects.filter(user=user, taxpayer=invitation.taxpayer).exists():
        return refused(subject, finding("SUB-ALREADY", email=invitation.email))
    _join(invitation, user)
    return Done(Outcome(user), subject, {"user": user.pk})


@action("registration.cancel_invitation", Right.MANAGE, owned="invitation")
def cancel_invitation(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    invitation: Invitation,
) -> Done[None]:
    """Make an invitation void."""
    open_invitations(invitation.taxpayer, timezone.now()).filter(pk=invitation.pk).update(
        cancelled_at=timezone.now()
    )
    return Done(None, f"invitation:{invitation.pk}")


def usable(secret: str, *, lock: bool = False) -> tuple[Invitation | None, Finding | None]:
    """The invitation of a link, or why it may not be accepted.

    Findings: LINK-UNKNOWN, LINK-USED, LINK-EXPIRED, SUB-TOO-MANY.
    """
    rows = Invitation.objects.filter(role=Membership.Role.SUB).select_related("taxpayer")
    rows = rows.select_for_update(of=("self", "taxpayer")) if lock else rows
    found = rows.filter(secret=digest(secret)).first()
    if found is None:
        return None, finding("LINK-UNKNOWN")
    if found.used_at or found.cancelled_at:
        return None, finding("LINK-USED")
    if found.expires_at <= timezone.now():
        return None, finding("LINK-EXPIRED")
    if subs(found.taxpayer).count() >= limit():
        return None, finding("SUB-TOO-MANY", limit=limit())
    return found, None


def open_invitations(taxpayer: Taxpayer, at: datetime) -> QuerySet[Invitation]:
    """The invitations of sub-accounts that may still be accepted."""
    return Invitation.objects.filter(
        taxpayer=taxpayer, role=Membership.Role.SUB, used_at=None, cancelled_at=None, expires_at__gt=at
    )


def subs(taxpayer: Taxpayer) -> QuerySet[Membership]:
    """The taxpayer's sub-accounts."""
    return Membership.objects.filter(taxpayer=taxpayer, role=Membership.Role.SUB)


def limit() -> int:
    """How many sub-accounts a taxpayer may have."""
    found: int = law.document("procedures/eras.toml")["account"]["sub_accounts"]
    return found


def _wrong(user: User, taxpayer: Taxpayer, address: str, grants: Grants, at: datetime) -> Finding | None:
    if Membership.objects.filter(taxpayer=taxpayer, user__email__iexact=address).exists():
        return finding("SUB-ALREADY", email=address)
    if subs(taxpayer).count() + open_invitations(taxpayer, at).count() >= limit():
        return finding("SUB-TOO-MANY", limit=limit())
    return None if grants.within(held_by(user, taxpayer)) else finding("SUB-RIGHT-NOT-HELD")


def _wrong_name(username: str) -> Finding | None:
    if not _LOGIN.fullmatch(username):
        return finding("SUB-NAME", name=username[:150])
    taken = User.objects.filter(username__iexact=username).exists()
    return finding("SUB-NAME-TAKEN", name=username) if taken else None


def _has_account(invitation: Invitation) -> Finding | None:
    held = User.objects.filter(email__iexact=invitation.email).exists()
    return finding("SUB-HAS-ACCOUNT", email=invitation.email) if held else None


def _join(invitation: Invitation, user: User) -> None:
    Membership.objects.create(
        user=user,
        taxpayer=invitation.taxpayer,
        role=Membership.Role.SUB,
        may_prepare=invitation.may_prepare,
        may_file=invitation.may_file,
        may_manage=invitation.may_manage,
    )
    now = timezone.now()
    invitation.user, invitation.used_at = user, now
    invitation.save(update_fields=["user", "used_at"])
    tell_accounts(invitation.taxpayer, Change("accounts", _main(invitation) or user, adds=True), now)


def _main(invitation: Invitation) -> User | None:
    """The user of the main account, in whose name the taxpayer tells of its accounts."""
    held = invitation.taxpayer.memberships.filter(role=Membership.Role.MAIN).select_related("user").first()
    return held.user if held else None


def _mail(invitation: Invitation, secret: str) -> None:
    post(
        name=f"invitation-{invitation.pk}",
        recipient=invitation.email,
        subject=f"Mời dùng tài khoản phụ – {invitation.taxpayer.name}",
        template="registration/invitation.txt",
        facts={
            "taxpayer": invitation.taxpayer,
            "secret": secret,
            "until": timezone.localtime(invitation.expires_at),
        },
        at=invitation.made_at,
        is_secret=True,
    )
