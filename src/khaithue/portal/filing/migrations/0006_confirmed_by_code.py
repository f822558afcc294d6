"""How a filing without a signature was confirmed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("filing", "0005_refused_and_replaced"),
    ]

    operations = [
        migrations.AddField(
            model_name="filing",
            name="confirmed",
            field=models.JSONField(default=dict),
        ),
    ]
