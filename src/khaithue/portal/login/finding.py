"""Whose account a person means: by log-in name or e-mail, as typed."""

import unicodedata
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from khaithue.portal.accounts.models import User


def as_counted(typed: str) -> str:
    """The identifier as failures are counted for it: no spaces around, no difference of capitals."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()[:254]


def user_called(typed: str) -> User | None:
    """The active user with this log-in name, else with this e-mail; None when there is none."""
    found = _called(typed)
    return found if found and found.is_active else None


def _called(typed: str) -> User | None:
    name = unicodedata.normalize("NFKC", typed).strip()
    by_name = User.objects.filter(username=name).first()
    if by_name or "@" not in name:
        return by_name
    same = (
        user for user in User.objects.filter(email__iexact=name) if user.email.casefold() == name.casefold()
    )
    return next(same, None)


class NameOrEmail(ModelBackend):
    """Log-in name or e-mail with the password. An unknown account costs a password hash like a known one."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002  # Django calls with it
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """The active user whose password it is; None for all else."""
        if username is None or password is None:
            return None
        user = _called(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
