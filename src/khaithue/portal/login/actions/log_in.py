"""Logging in, once every factor asked of the user has been given."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, own_action
from khaithue.portal.login.sessions import note_session
from khaithue.portal.login.stages import confirm_now, forget_pending
from khaithue.portal.login.tidying import tidy


@own_action("login.in")
def log_in(*, user: User, request: HttpRequest, factors: Sequence[str]) -> Done[None]:
    """Give the request a session of the user's, under a new key, and put it on the user's list."""
    forget_pending(request)
    login(request, user, settings.AUTHENTICATION_BACKENDS[0])
    confirm_now(request)
    note_session(request, user)
    transaction.on_commit(tidy, robust=True)
    return Done(None, f"user:{user.pk}", {"factors": list(factors)})
