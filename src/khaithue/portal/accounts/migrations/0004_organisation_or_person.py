"""Who is a person: a tax code of twelve digits is a personal number (Thông tư 86/2024/TT-BTC); all else stays
an organisation, which can do less."""

from typing import Any

from django.db import migrations, models
from django.db.migrations.state import StateApps


def twelve_digits_are_people(apps: StateApps, _schema: Any) -> None:
    taxpayers = apps.get_model("accounts", "Taxpayer").objects
    taxpayers.filter(mst__regex=r"^[0-9]{12}$").update(kind="person")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_login"),
    ]

    operations = [
        migrations.AddField(
            model_name="taxpayer",
            name="kind",
            field=models.CharField(
                choices=[("organisation", "Organisation"), ("person", "Person")],
                default="organisation",
                max_length=12,
            ),
        ),
        migrations.RunPython(twelve_digits_are_people, migrations.RunPython.noop),
    ]
