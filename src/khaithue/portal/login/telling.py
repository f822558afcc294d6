"""Telling an account's owner of a change, once it is committed."""

from django.db import transaction

from khaithue.portal.accounts.models import User
from khaithue.portal.login.tasks import mail_event


def tell_owner(user: User, event: str) -> None:
    """Mail the owner one of ``words.EVENTS``, when the present transaction commits."""
    transaction.on_commit(lambda: mail_event.enqueue(user.pk, event), robust=True)
