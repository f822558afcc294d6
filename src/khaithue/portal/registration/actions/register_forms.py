"""Registering forms to file here, each from its first period until it is ended."""

from collections.abc import Sequence

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.registration.choosing import Wish, choose
from khaithue.portal.registration.forms import register_form
from khaithue.portal.registration.models import FormRegistration
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.returns.findings import finding


@action("registration.register_forms", Right.MANAGE)
def register_forms(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    taxpayer: Taxpayer,
    wishes: Sequence[Wish],
) -> Done[Outcome[list[FormRegistration]]]:
    """Register every form wished for, or none when one of them cannot be.

    A form wished for twice counts once, as wished last. Findings: FORM-NONE-CHOSEN and those of ``choose``.
    """
    Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    now, subject = timezone.now(), f"taxpayer:{taxpayer.pk}"
    chosen = [choose(taxpayer, wish, timezone.localdate(now)) for wish in _once(wishes)]
    wrong = tuple(found for choice in chosen for found in choice.findings)
    if not chosen:
        wrong = (finding("FORM-NONE-CHOSEN"),)
    if wrong:
        return refused(subject, *wrong)
    made = [register_form(taxpayer, choice, now) for choice in chosen]
    return Done(Outcome(made), subject, {"forms": [f"{item.form_code} {item.first_period}" for item in made]})


def _once(wishes: Sequence[Wish]) -> list[Wish]:
    return list({wish.form_code: wish for wish in wishes}.values())
