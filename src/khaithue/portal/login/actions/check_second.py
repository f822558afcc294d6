"""Taking a code of the second step of a log-in."""

from django.utils import timezone

from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, own_action
from khaithue.portal.login.models import SecondFactor
from khaithue.portal.login.recovery import take_recovery_code
from khaithue.portal.login.telling import tell_owner
from khaithue.portal.login.totp import DIGITS, take_code


@own_action("login.second_factor")
def check_second(*, user: User, typed: str) -> Done[str]:
    """``totp`` or ``recovery`` when the user's code was right, now used up; empty when it was wrong."""
    code = "".join(typed.split())
    factor = SecondFactor.objects.filter(user=user).first()
    taken = ""
    if factor and len(code) == DIGITS and take_code(factor, code, timezone.now()):
        taken = "totp"
    elif factor and take_recovery_code(user, code):
        taken = "recovery"
        tell_owner(user, "recovery-used")
    return Done(taken, f"user:{user.pk}", {"taken": taken})
