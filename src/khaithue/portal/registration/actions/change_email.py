"""A new e-mail of the taxpayer: asked for, then confirmed at both addresses, or stopped from the old one."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action, public_action
from khaithue.portal.mail.post import post
from khaithue.portal.registration.change_notice import issue_change
from khaithue.portal.registration.change_paper import Change
from khaithue.portal.registration.contact import email_of, email_taken
from khaithue.portal.registration.links import digest, email_life, new_secret
from khaithue.portal.registration.models import ContactChange
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.returns.findings import Finding, finding


@action("registration.ask_email", Right.MANAGE)
def ask_email(*, user: User, taxpayer: Taxpayer, new: str) -> Done[Outcome[ContactChange]]:
    """Mail a link to the new address, and to the old one a link and a way to stop it.

    What was asked before is dropped. Findings: EMAIL-INVALID, EMAIL-SAME, EMAIL-OF-ANOTHER.
    """
    now, address, subject = timezone.now(), email_of(new), f"taxpayer:{taxpayer.pk}"
    if address is None:
        return refused(subject, finding("EMAIL-INVALID", email=new[:254]))
    if wrong := _wrong(taxpayer, address):
        return refused(subject, wrong)
    _open(taxpayer).update(cancelled_at=now)
    to_old, to_new = new_secret(), new_secret()
    change = ContactChange.objects.create(
        taxpayer=taxpayer,
        what=ContactChange.What.EMAIL,
        old=taxpayer.email,
        new=address,
        old_secret=digest(to_old),
        new_secret=digest(to_new),
        asked_by=user,
        asked_at=now,
        expires_at=now + email_life(),
        old_confirmed_at=None if taxpayer.email else now,
    )
    _mail(change, "new", to_new)
    if change.old:
        _mail(change, "old", to_old)
    return Done(Outcome(change), f"contact_change:{change.pk}", {"what": "email"})


@public_action("registration.confirm_email")
def confirm_email(*, secret: str) -> Done[Outcome[ContactChange]]:
    """Confirm at one address; once both have, the new e-mail counts and a notice tells so.

    Findings: LINK-UNKNOWN, LINK-USED, LINK-EXPIRED, EMAIL-OF-ANOTHER.
    """
    now, change = timezone.now(), change_of(secret, lock=True)
    if change is None:
        return refused("contact_change", finding("LINK-UNKNOWN"))
    subject = f"contact_change:{change.pk}"
    if wrong := unusable(change, secret, now) or email_taken(change.taxpayer, change.new):
        return refused(subject, wrong)
    side = _side(change, secret)
    setattr(change, f"{side}_confirmed_at", now)
    if change.old_confirmed_at and change.new_confirmed_at:
        change.done_at = now
        _apply(change, now)
    change.save()
    return Done(Outcome(change), subject, {"at": side, "done": change.done_at is not None})


@public_action("registration.cancel_email")
def cancel_email(*, secret: str) -> Done[Outcome[ContactChange]]:
    """Stop a change of e-mail from the old address. Findings: LINK-UNKNOWN, LINK-USED, LINK-EXPIRED."""
    now, change = timezone.now(), change_of(secret, lock=True)
    if change is None or _side(change, secret) == "new":
        return refused("contact_change", finding("LINK-UNKNOWN"))
    subject = f"contact_change:{change.pk}"
    if wrong := closed(change, now):
        return refused(subject, wrong)
    change.cancelled_at = now
    change.save(update_fields=["cancelled_at"])
    return Done(Outcome(change), subject, {"cancelled": True})


@action("registration.drop_email", Right.MANAGE)
def drop_email(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    taxpayer: Taxpayer,
) -> Done[None]:
    """Take back a change of e-mail that is not confirmed yet."""
    dropped = _open(taxpayer).update(cancelled_at=timezone.now())
    return Done(None, f"taxpayer:{taxpayer.pk}", {"dropped": dropped})


def change_of(secret: str, *, lock: bool = False) -> ContactChange | None:
    """The change of e-mail a link belongs to; None when there is none."""
    rows = ContactChange.objects.filter(what=ContactChange.What.EMAIL).select_related("taxpayer")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    return rows.filter(Q(old_secret=digest(secret)) | Q(new_secret=digest(secret))).first()


def unusable(change: ContactChange, secret: str, at: datetime) -> Finding | None:
    """Why a link of this change can no longer confirm it: LINK-USED or LINK-EXPIRED."""
    if getattr(change, f"{_side(change, secret)}_confirmed_at"):
        return finding("LINK-USED")
    return closed(change, at)


def closed(change: ContactChange, at: datetime) -> Finding | None:
    """Why a change can be neither confirmed nor stopped any more: LINK-USED or LINK-EXPIRED."""
    if change.done_at or change.cancelled_at:
        return finding("LINK-USED")
    return finding("LINK-EXPIRED") if change.expires_at <= at else None


def _side(change: ContactChange, secret: str) -> str:
    return "old" if digest(secret) == change.old_secret else "new"


def _open(taxpayer: Taxpayer) -> QuerySet[ContactChange]:
    return ContactChange.objects.filter(taxpayer=taxpayer, what="email", done_at=None, cancelled_at=None)


def _wrong(taxpayer: Taxpayer, address: str) -> Finding | None:
    if address.casefold() == taxpayer.email.casefold():
        return finding("EMAIL-SAME", email=address)
    return email_taken(taxpayer, address)


def _apply(change: ContactChange, at: datetime) -> None:
    change.taxpayer.email = change.new
    change.taxpayer.save(update_fields=["email"])
    issue_change(change.taxpayer, Change("email", change.asked_by, adds=not change.old), at)
    if change.old:
        facts = {"change": change, "taxpayer": change.taxpayer, "at": timezone.localtime(at)}
        post(
            name=f"contact-change-{change.pk}-done",
            recipient=change.old,
            subject=f"Đã đổi thư điện tử – {change.taxpayer.mst}",
            template="registration/email_gone.txt",
            facts=facts,
            at=at,
        )


def _mail(change: ContactChange, side: str, secret: str) -> None:
    facts = {
        "change": change,
        "taxpayer": change.taxpayer,
        "secret": secret,
        "until": timezone.localtime(change.expires_at),
    }
    post(
        name=f"contact-change-{change.pk}-{side}",
        recipient=change.old if side == "old" else change.new,
        subject=f"Xác nhận đổi thư điện tử – {change.taxpayer.mst}",
        template=f"registration/email_{side}.txt",
        facts=facts,
        at=change.asked_at,
        is_secret=True,
    )
