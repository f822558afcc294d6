"""The secrets of webhooks are sealed with the portal's key, those already stored too."""

from collections.abc import Callable
from typing import Any

from django.db import migrations, models

from khaithue.portal.login.sealing import seal, unseal


def _each(change: Callable[[str], str]) -> Callable[[Any, Any], None]:
    def rewrite(apps: Any, _schema: Any) -> None:
        for webhook in apps.get_model("api", "Webhook").objects.all():
            webhook.sealed = change(webhook.sealed)
            webhook.save(update_fields=["sealed"])

    return rewrite


class Migration(migrations.Migration):
    dependencies = [("api", "0002_token_use_and_delivery_errors")]

    operations = [
        migrations.RenameField("webhook", "secret", "sealed"),
        migrations.AlterField("webhook", "sealed", models.CharField(max_length=400)),
        migrations.RunPython(_each(seal), _each(unseal)),
    ]
