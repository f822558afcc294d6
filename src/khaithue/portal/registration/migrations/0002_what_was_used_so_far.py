"""Who filed before forms and certificates were registered goes on: what was used counts as registered."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import timedelta
from itertools import groupby, zip_longest
from typing import Any

from django.db import migrations
from django.db.migrations.state import StateApps
from django.utils import timezone

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.registration.certificate import certificates_in, facts_of


def register_forms(apps: StateApps, _schema: Any) -> None:
    """Each form filed, from its first period; one registration after the other where the kind changed."""
    made = apps.get_model("registration", "FormRegistration")
    for taxpayer in apps.get_model("accounts", "Taxpayer").objects.all():
        used = taxpayer.filings.order_by("period_start", "pk")
        for code in sorted(set(used.values_list("form_code", flat=True))):
            for first, span in _spans(used.filter(form_code=code).defer("body")):
                made.objects.create(
                    taxpayer=taxpayer,
                    form_code=code,
                    period_kind=first.period_kind,
                    first_period=first.period,
                    first_start=first.period_start,
                    registered_at=timezone.now(),
                    **span,
                )


def _spans(filings: Iterable[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The first filing of each run of one kind of period, with the end of its registration.

    A run ends where the next begins, the last never. Of two that begin on one day the later counts.
    """
    firsts = [next(run) for _, run in groupby(filings, key=lambda filing: filing.period_kind)]
    for first, after in zip_longest(firsts, firsts[1:]):
        if after is None:
            yield first, {}
        elif first.period_start < after.period_start:
            end = after.period_start - timedelta(days=1)
            kind = PeriodKind(first.period_kind)
            is_range = kind is PeriodKind.RANGE
            last = Period(kind, first.period_start, end) if is_range else Period.around(kind, end)
            yield first, {"last_period": str(last), "last_end": end, "ended_at": timezone.now()}


def register_certificates(apps: StateApps, _schema: Any) -> None:
    """The certificate of each signature filed, for the taxpayer it names, else for the one filed for."""
    made = apps.get_model("registration", "RegisteredCertificate")
    taxpayers = apps.get_model("accounts", "Taxpayer").objects
    by_code = {item.mst.replace("-", ""): item for item in taxpayers.all()}
    for filing in apps.get_model("filing", "Filing").objects.order_by("pk").iterator():
        for certificate in certificates_in(zlib.decompress(bytes(filing.body)))[:1]:
            facts = asdict(facts_of(certificate))
            del facts["findings"]
            made.objects.get_or_create(
                taxpayer=by_code.get(facts["mst"], filing.taxpayer),
                fingerprint=facts.pop("fingerprint"),
                ended_at=None,
                defaults={**facts, "added_at": filing.received_at},
            )


class Migration(migrations.Migration):
    """Data alone."""

    dependencies = [
        ("registration", "0001_initial"),
        ("accounts", "0003_login"),
        ("filing", "0002_acceptance_attachments_paper"),
    ]
    operations = [
        migrations.RunPython(register_forms, migrations.RunPython.noop),
        migrations.RunPython(register_certificates, migrations.RunPython.noop),
    ]
