"""Logging out."""

from django.contrib.auth import logout
from django.http import HttpRequest

from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, own_action


@own_action("login.out")
def log_out(*, user: User, request: HttpRequest) -> Done[None]:
    """End the session of the request."""
    logout(request)
    return Done(None, f"user:{user.pk}")
