"""Who filed before forms and certificates were registered goes on: what was used counts as registered."""

import zlib
from dataclasses import asdict
from typing import Any

from django.db import migrations
from django.db.migrations.state import StateApps
from django.utils import timezone

from khaithue.portal.registration.certificate import certificates_in, facts_of


def register_forms(apps: StateApps, _schema: Any) -> None:
    """Each form filed, from the first period filed, with the kind of the newest."""
    made = apps.get_model("registration", "FormRegistration")
    for taxpayer in apps.get_model("accounts", "Taxpayer").objects.all():
        used = taxpayer.filings.order_by("period_start", "pk")
        for code in sorted(set(used.values_list("form_code", flat=True))):
            first, newest = used.filter(form_code=code).first(), used.filter(form_code=code).last()
            made.objects.create(
                taxpayer=taxpayer,
                form_code=code,
                period_kind=newest.period_kind,
                first_period=first.period,
                first_start=first.period_start,
                registered_at=timezone.now(),
            )


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
