"""Turning the second factor on and off, and new recovery codes."""

from django.utils import timezone

from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, own_action
from khaithue.portal.login.models import RecoveryCode, SecondFactor
from khaithue.portal.login.recovery import new_codes
from khaithue.portal.login.sealing import seal
from khaithue.portal.login.sessions import drop_sessions
from khaithue.portal.login.telling import tell_owner
from khaithue.portal.login.totp import step_of


@own_action("login.second_factor_on")
def turn_on(*, user: User, secret: str, code: str, keep: str | None) -> Done[list[str]]:
    """Turn it on when the code is of the secret: the recovery codes, or nothing when the code is wrong.

    Every session but the one kept ends, for it began without the second factor.
    """
    now = timezone.now()
    step = step_of(secret, code, now)
    if step is None:
        return Done([], f"user:{user.pk}", {"outcome": "wrong code"})
    facts = {"secret": seal(secret), "last_step": step, "since": now}
    SecondFactor.objects.update_or_create(user=user, defaults=facts)
    drop_sessions(user, keep=keep)
    tell_owner(user, "second-on")
    return Done(new_codes(user), f"user:{user.pk}", {"outcome": "on"})


@own_action("login.second_factor_off")
def turn_off(*, user: User) -> Done[None]:
    """Turn it off; the recovery codes are void."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    tell_owner(user, "second-off")
    return Done(None, f"user:{user.pk}")


@own_action("login.recovery_codes")
def renew_codes(*, user: User) -> Done[list[str]]:
    """Fresh recovery codes; those before are void."""
    tell_owner(user, "recovery-new")
    return Done(new_codes(user), f"user:{user.pk}")
