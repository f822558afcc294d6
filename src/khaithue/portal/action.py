"""One decorator for every mutation: may this user, in one transaction, with an audit entry."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.audit.trail import Detail, append

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Done(Generic[T]):
    """What an action did: the value its caller gets, and the subject and facts of its audit entry."""

    value: T
    subject: str
    detail: Detail = field(default_factory=dict)


def require_member(user: User, taxpayer: Taxpayer) -> None:
    """Raise ``PermissionDenied`` unless the user is active and acts for the taxpayer."""
    if not (user.is_active and taxpayer.memberships.filter(user=user).exists()):
        logger.warning("user %s may not act for taxpayer %s", user.pk, taxpayer.pk)
        raise PermissionDenied


def action(name: str, *, owned: str = "taxpayer") -> Callable[[Callable[P, Done[T]]], Callable[P, T]]:
    """Make a function of keyword arguments an action of the portal.

    It is called with ``user=`` and with the argument that ``owned`` names: a taxpayer, or a row that has one.
    The user must act for that taxpayer (else ``PermissionDenied``). The function and its audit entry are
    one transaction, committed when the call returns; actions do not nest.
    """

    def decorate(function: Callable[P, Done[T]]) -> Callable[P, T]:
        @wraps(function)
        def act(*args: P.args, **kwargs: P.kwargs) -> T:
            with transaction.atomic(durable=True):
                actor = _actor(kwargs, owned)
                done = function(*args, **kwargs)
                append(actor=actor, action=name, subject=done.subject, detail=done.detail)
            return done.value

        return act

    return decorate


def own_action(name: str) -> Callable[[Callable[P, Done[T]]], Callable[P, T]]:
    """Make a function called with ``user=`` an action of that user on the own account.

    Like ``action``: one transaction with its audit entry. A closed account is refused (``PermissionDenied``).
    """

    def decorate(function: Callable[P, Done[T]]) -> Callable[P, T]:
        @wraps(function)
        def act(*args: P.args, **kwargs: P.kwargs) -> T:
            with transaction.atomic(durable=True):
                actor = _own_actor(kwargs)
                done = function(*args, **kwargs)
                append(actor=actor, action=name, subject=done.subject, detail=done.detail)
            return done.value

        return act

    return decorate


def _own_actor(arguments: dict[str, Any]) -> str:
    user: User = arguments["user"]
    if not user.is_active:
        logger.warning("user %s is closed", user.pk)
        raise PermissionDenied
    return f"user:{user.pk}"


def _actor(arguments: dict[str, Any], owned: str) -> str:
    user: User = arguments["user"]
    owner = arguments[owned]
    require_member(user, owner if isinstance(owner, Taxpayer) else owner.taxpayer)
    return f"user:{user.pk}"
