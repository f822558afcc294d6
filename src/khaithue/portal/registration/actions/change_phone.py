"""A new telephone number of the taxpayer, confirmed with a one-time code."""

from datetime import timedelta

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.login.codes import confirm_code
from khaithue.portal.registration.change_notice import issue_change
from khaithue.portal.registration.change_paper import Change
from khaithue.portal.registration.contact import phone_of
from khaithue.portal.registration.models import ContactChange
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.returns.findings import Finding, finding

LIFE = timedelta(minutes=30)
"""How long a number may wait for its code; each code itself lives shorter."""


@action("registration.ask_phone", Right.MANAGE)
def ask_phone(*, user: User, taxpayer: Taxpayer, new: str) -> Done[Outcome[ContactChange]]:
    """Note the number that is to be confirmed; then mail a code for ``purpose``.

    Findings: PHONE-INVALID, PHONE-SAME.
    """
    number, now, subject = phone_of(new), timezone.now(), f"taxpayer:{taxpayer.pk}"
    if number is None:
        return refused(subject, finding("PHONE-INVALID", phone=new[:30]))
    if number == taxpayer.phone:
        return refused(subject, finding("PHONE-SAME", phone=number))
    change = ContactChange.objects.create(
        taxpayer=taxpayer,
        what=ContactChange.What.PHONE,
        old=taxpayer.phone,
        new=number,
        asked_by=user,
        asked_at=now,
        expires_at=now + LIFE,
    )
    return Done(Outcome(change), f"contact_change:{change.pk}", {"what": "phone"})


@action("registration.confirm_phone", Right.MANAGE, owned="change")
def confirm_phone(*, user: User, change: ContactChange, code: str) -> Done[Outcome[ContactChange]]:
    """Take the code that was mailed, and with it the number.

    Findings: PHONE-CODE, LINK-USED, LINK-EXPIRED.
    """
    now, subject = timezone.now(), f"contact_change:{change.pk}"
    held = ContactChange.objects.select_for_update(of=("self",)).select_related("taxpayer").get(pk=change.pk)
    wrong = _closed(held, user)
    if wrong is None and not confirm_code(user, purpose(held), code):
        wrong = finding("PHONE-CODE")
    if wrong:
        return refused(subject, wrong)
    held.taxpayer.phone = held.new
    held.taxpayer.save(update_fields=["phone"])
    held.new_confirmed_at = held.done_at = now
    held.save(update_fields=["new_confirmed_at", "done_at"])
    issue_change(held.taxpayer, Change("phone", user, adds=not held.old), now)
    return Done(Outcome(held), subject, {"what": "phone"})


def purpose(change: ContactChange) -> str:
    """What the one-time code of a change is for."""
    return f"phone:{change.pk}"


def _closed(held: ContactChange, user: User) -> Finding | None:
    if held.done_at or held.cancelled_at or held.asked_by != user:
        return finding("LINK-USED")
    return finding("LINK-EXPIRED") if held.expires_at <= timezone.now() else None
