"""One decorator for every mutation: may this user, in one transaction, with an audit entry."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from khaithue.portal.accounts.access import Right, access
from khaithue.portal.accounts.models import Officer, Taxpayer, User
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


@dataclass(frozen=True)
class Key:
    """The key a program acts with: its name in the audit trail, and the taxpayer it was made for."""

    name: str
    home: Taxpayer


_key: ContextVar[Key | None] = ContextVar("key", default=None)


@contextmanager
def acting_with(key: Key) -> Iterator[None]:
    """Within it actions are done with the key: no wider than its taxpayer reaches, audited by its name."""
    before = _key.set(key)
    try:
        yield
    finally:
        _key.reset(before)


def require(right: Right, user: User, taxpayer: Taxpayer, form_code: str = "") -> None:
    """Raise ``PermissionDenied`` unless the user has the right for the taxpayer (and the form) today."""
    key = _key.get()
    if not access(user, taxpayer, timezone.localdate(), key.home if key else None).may(right, form_code):
        logger.warning("user %s may not %s for taxpayer %s", user.pk, right, taxpayer.pk)
        raise PermissionDenied


def require_officer(user: User, office_code: str) -> Officer:
    """The officer this user is at that office; raises ``PermissionDenied`` when it is none."""
    officer = Officer.objects.filter(user=user, office_code=office_code, user__is_active=True).first()
    if officer is None:
        logger.warning("user %s is no officer of %s", user.pk, office_code)
        raise PermissionDenied
    return officer


def action(
    name: str, right: Right, *, owned: str = "taxpayer"
) -> Callable[[Callable[P, Done[T]]], Callable[P, T]]:
    """Make a function of keyword arguments an action of the portal.

    It is called with ``user=`` and with the argument that ``owned`` names: a taxpayer, or a row that has one
    (and perhaps a ``form_code``). The user must have the right for that taxpayer and form (else
    ``PermissionDenied``). The function and its audit entry are one transaction, committed when the call
    returns; actions do not nest.
    """

    def may(arguments: dict[str, Any]) -> str:
        user: User = arguments["user"]
        owner = arguments[owned]
        if isinstance(owner, Taxpayer):
            require(right, user, owner)
        else:
            require(right, user, owner.taxpayer, getattr(owner, "form_code", ""))
        return f"user:{user.pk}"

    return _decorator(name, may)


def office_action(name: str, *, owned: str) -> Callable[[Callable[P, Done[T]]], Callable[P, T]]:
    """The same for an officer: ``owned`` names a row with an ``office_code``, or of a taxpayer with one."""

    def may(arguments: dict[str, Any]) -> str:
        user: User = arguments["user"]
        owner = arguments[owned]
        holder = owner if hasattr(owner, "office_code") else owner.taxpayer
        require_officer(user, holder.office_code)
        return f"officer:{user.pk}"

    return _decorator(name, may)


def public_action(name: str) -> Callable[[Callable[P, Done[T]]], Callable[P, T]]:
    """The same for what anybody may do without an account, such as to apply for one."""
    return _decorator(name, lambda _: "public")


def system_action(name: str) -> Callable[[Callable[P, Done[T]]], Callable[P, T]]:
    """The same for what the portal does by itself."""
    return _decorator(name, lambda _: "system")


def _decorator(
    name: str, may: Callable[[dict[str, Any]], str]
) -> Callable[[Callable[P, Done[T]]], Callable[P, T]]:
    def decorate(function: Callable[P, Done[T]]) -> Callable[P, T]:
        @wraps(function)
        def act(*args: P.args, **kwargs: P.kwargs) -> T:
            with transaction.atomic(durable=True):
                actor = " ".join([may(kwargs), *([key.name] if (key := _key.get()) else [])])
                done = function(*args, **kwargs)
                append(actor=actor, action=name, subject=done.subject, detail=done.detail)
            return done.value

        return act

    return decorate


def own_action(name: str) -> Callable[[Callable[P, Done[T]]], Callable[P, T]]:
    """The same for what a user does to the own account; a closed one is refused (``PermissionDenied``)."""
    return _decorator(name, _own_actor)


def _own_actor(arguments: dict[str, Any]) -> str:
    user: User = arguments["user"]
    if not user.is_active:
        logger.warning("user %s is closed", user.pk)
        raise PermissionDenied
    return f"user:{user.pk}"
