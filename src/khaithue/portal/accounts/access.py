"""What a user may do for a taxpayer: by its own account, by a sub-account, or by an agent's contract."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.db import models

from khaithue.portal.accounts.models import AgentContract, Membership, Taxpayer, User

M = TypeVar("M", bound=models.Model)


class Right(StrEnum):
    """One kind of act; looking up goes with every access."""

    LOOK_UP = "look_up"
    PREPARE = "prepare"
    FILE = "file"
    MANAGE = "manage"


@dataclass(frozen=True)
class Access:
    """The rights of one user for one taxpayer; ``forms`` are the form codes they reach, all if None.

    ``by_contract`` when they come of an agent's contract, not of an account of the taxpayer's own.
    """

    rights: frozenset[Right] = frozenset()
    forms: frozenset[str] | None = None
    by_contract: bool = False

    def of(self, rows: models.QuerySet[M]) -> models.QuerySet[M]:
        """Of rows that have a ``form_code``, those this access reaches."""
        return rows if self.forms is None else rows.filter(form_code__in=self.forms)

    def may(self, right: Right, form_code: str = "") -> bool:
        """Whether the right is there, for this form when one is named."""
        return right in self.rights and (not form_code or self.forms is None or form_code in self.forms)


NONE = Access()


def access(user: User, taxpayer: Taxpayer, day: date, home: Taxpayer | None = None) -> Access:
    """What the user may do for the taxpayer on a day; ``NONE`` for a stranger or a closed account.

    The widest of its own membership and of the contracts of the agents it works for. ``home`` is the taxpayer
    whose key a program uses: then only its own account and its own contracts count. Law: Điều 3 and Điều 7
    Thông tư 19/2021/TT-BTC.
    """
    return accesses(user, [taxpayer], day, home)[taxpayer.pk]


def accesses(
    user: User, taxpayers: Iterable[Taxpayer], day: date, home: Taxpayer | None = None
) -> dict[int, Access]:
    """The same for many taxpayers, by their keys, with as many queries as for one."""
    keys = [taxpayer.pk for taxpayer in taxpayers]
    if not user.is_active:
        return dict.fromkeys(keys, NONE)
    held = {each.taxpayer_id: each for each in Membership.objects.filter(user=user)}
    own = {key: Access(_granted(held[key])) for key in keys if key in held and (not home or home.pk == key)}
    by_contract = _by_contract(held, [key for key in keys if key not in own], day, home)
    return {key: own.get(key) or _widest(by_contract.get(key, [])) for key in keys}


def _by_contract(
    held: Mapping[int, Membership], keys: list[int], day: date, home: Taxpayer | None
) -> dict[int, list[Access]]:
    """What each contract of the agents it is a member of grants, by the client's key."""
    agents = [key for key in held if not home or home.pk == key]
    if not keys or not agents:
        return {}
    contracts = AgentContract.objects.in_force(day).filter(
        taxpayer__in=keys, agent__in=agents, agent__service=Taxpayer.Service.ACTIVE
    )
    found: dict[int, list[Access]] = {}
    for contract in contracts:
        if contract.agent_id is not None:
            rights = _granted(held[contract.agent_id]) - {Right.MANAGE}
            granted = Access(rights, frozenset(contract.forms) or None)
            found.setdefault(contract.taxpayer_id, []).append(granted)
    return found


def _widest(found: list[Access]) -> Access:
    if not found:
        return NONE
    rights = frozenset[Right]().union(*(each.rights for each in found))
    return Access(rights, _all_forms(found), by_contract=True)


def _granted(membership: Membership) -> frozenset[Right]:
    if membership.role == Membership.Role.MAIN:
        return frozenset(Right)
    flags = {
        Right.PREPARE: membership.may_prepare,
        Right.FILE: membership.may_file,
        Right.MANAGE: membership.may_manage,
    }
    return frozenset({Right.LOOK_UP, *(right for right, granted in flags.items() if granted)})


def _all_forms(found: list[Access]) -> frozenset[str] | None:
    codes = [each.forms for each in found]
    return None if None in codes else frozenset[str]().union(*(each for each in codes if each))
