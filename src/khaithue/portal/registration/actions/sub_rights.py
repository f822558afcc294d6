"""A sub-account's rights changed, or the sub-account taken away; the main account stays as it is."""

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Membership, User
from khaithue.portal.action import Done, action
from khaithue.portal.registration.change_notice import tell_accounts
from khaithue.portal.registration.change_paper import Change
from khaithue.portal.registration.grants import Grants, held_by, of_membership
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.returns.findings import Finding, finding


@action("registration.set_rights", Right.MANAGE, owned="membership")
def set_rights(*, user: User, membership: Membership, grants: Grants) -> Done[Outcome[Membership]]:
    """Give a sub-account these rights. Findings: SUB-MAIN, SUB-SELF, SUB-RIGHT-NOT-HELD."""
    subject = f"membership:{membership.pk}"
    if wrong := _wrong(user, membership, grants):
        return refused(subject, wrong)
    membership.may_prepare, membership.may_file, membership.may_manage = (
        grants.prepare,
        grants.file,
        grants.manage,
    )
    membership.save(update_fields=["may_prepare", "may_file", "may_manage"])
    tell_accounts(membership.taxpayer, Change("accounts", user), timezone.now())
    return Done(Outcome(membership), subject, {"rights": grants.words()})


@action("registration.remove_sub", Right.MANAGE, owned="membership")
def remove_sub(*, user: User, membership: Membership) -> Done[Outcome[User]]:
    """Take a sub-account away from the taxpayer; the person's log-in stays.

    Findings: SUB-MAIN, SUB-SELF, SUB-RIGHT-NOT-HELD.
    """
    subject, person = f"membership:{membership.pk}", membership.user
    if wrong := _wrong(user, membership, Grants()):
        return refused(subject, wrong)
    membership.delete()
    tell_accounts(membership.taxpayer, Change("accounts", user), timezone.now())
    return Done(Outcome(person), subject, {"user": person.pk})


def _wrong(user: User, membership: Membership, grants: Grants) -> Finding | None:
    """A right is neither given nor taken by one who lacks it."""
    if membership.role == Membership.Role.MAIN:
        return finding("SUB-MAIN")
    if membership.user == user:
        return finding("SUB-SELF")
    held = held_by(user, membership.taxpayer)
    if grants.within(held) and of_membership(membership).within(held):
        return None
    return finding("SUB-RIGHT-NOT-HELD")
