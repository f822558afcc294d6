"""The rights of a sub-account beside looking up, which every one has."""

from dataclasses import asdict, dataclass

from khaithue.portal.accounts.models import Membership, Taxpayer, User


@dataclass(frozen=True)
class Grants:
    """What a sub-account may do."""

    prepare: bool = False
    file: bool = False
    manage: bool = False

    def within(self, held: "Grants") -> bool:
        """Whether each of these is among the others."""
        mine, theirs = asdict(self), asdict(held)
        return all(theirs[name] for name, granted in mine.items() if granted)

    def words(self) -> list[str]:
        """The names of those granted."""
        return [name for name, granted in asdict(self).items() if granted]


def of_membership(membership: Membership) -> Grants:
    """What a membership grants; the main account everything."""
    if membership.role == Membership.Role.MAIN:
        return Grants(prepare=True, file=True, manage=True)
    return Grants(membership.may_prepare, membership.may_file, membership.may_manage)


def held_by(user: User, taxpayer: Taxpayer) -> Grants:
    """What a user's own membership grants; nobody hands on a right they lack."""
    membership = Membership.objects.filter(user=user, taxpayer=taxpayer).first()
    return of_membership(membership) if membership else Grants()
