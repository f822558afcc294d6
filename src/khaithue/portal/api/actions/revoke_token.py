"""Revoking a token, at once and for ever."""

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, action
from khaithue.portal.api.models import Token


@action("api.token.revoke", Right.MANAGE, owned="token")
def revoke_token(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    token: Token,
) -> Done[None]:
    """Refuse the token from now on; one already revoked keeps its moment."""
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    return Done(None, f"token:{token.pk}")
