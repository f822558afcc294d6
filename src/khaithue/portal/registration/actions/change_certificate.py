"""A certificate registered, with those it takes the place of ended; and one ended at once."""

from collections.abc import Sequence

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.registration.certificate import (
    against_registering,
    read_certificate,
    register_certificate,
)
from khaithue.portal.registration.change_notice import issue_change
from khaithue.portal.registration.change_paper import Change
from khaithue.portal.registration.models import RegisteredCertificate
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.returns.findings import has_errors


@action("registration.add_certificate", Right.MANAGE)
def add_certificate(
    *,
    user: User,
    taxpayer: Taxpayer,
    data: bytes,
    ending: Sequence[int] = (),
) -> Done[Outcome[RegisteredCertificate]]:
    """Register the certificate in a file, end those of the keys given, and tell so on the form of the era.

    Findings: those of ``read_certificate`` and ``against_registering``.
    """
    Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    now, subject = timezone.now(), f"taxpayer:{taxpayer.pk}"
    facts = read_certificate(data, taxpayer.mst, now)
    found = facts.findings + against_registering(taxpayer, facts)
    if has_errors(found):
        return refused(subject, *found)
    made = register_certificate(taxpayer, facts, now)
    old = taxpayer.certificates.filter(pk__in=ending, ended_at=None).exclude(pk=made.pk)
    replaced = old.update(ended_at=now)
    issue_change(taxpayer, Change("certificate", user, adds=not replaced), now)
    return Done(Outcome(made, found), subject, {"serial": made.serial, "ended": [str(key) for key in ending]})


@action("registration.end_certificate", Right.MANAGE, owned="certificate")
def end_certificate(
    *, user: User, certificate: RegisteredCertificate
) -> Done[Outcome[RegisteredCertificate]]:
    """End a certificate from now on, be it the last: a key in strange hands must not sign any more."""
    now = timezone.now()
    held = RegisteredCertificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if held.ended_at is None:
        held.ended_at = now
        held.save(update_fields=["ended_at"])
        issue_change(held.taxpayer, Change("certificate", user), now)
    return Done(Outcome(held), f"taxpayer:{held.taxpayer_id}", {"ended": held.serial})
