"""A code keeps the masked address it went to, and that it was used, until it expires."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("login", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="onetimecode",
            name="sent_to",
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="used_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
