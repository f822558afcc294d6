from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A batch is a user's, for one taxpayer or many; which of its files are to be filed is said of each."""

    dependencies = [
        ("accounts", "0003_login"),
        ("web", "0002_batches_and_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(model_name="batch", name="taxpayer"),
        migrations.AlterField(
            model_name="batch",
            name="user",
            field=models.ForeignKey(
                on_delete=models.deletion.CASCADE, related_name="batches", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="batch",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "Reading"),
                    ("review", "Review"),
                    ("filing", "Filing"),
                    ("stopped", "Stopped"),
                    ("done", "Done"),
                ],
                default="reading",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="upload",
            name="taxpayer",
            field=models.ForeignKey(
                null=True, on_delete=models.deletion.CASCADE, related_name="+", to="accounts.taxpayer"
            ),
        ),
        # what was being filed when the portal was brought up to date had the user's word already
        migrations.AddField(model_name="upload", name="asked", field=models.BooleanField(default=True)),
        migrations.AlterField(model_name="upload", name="asked", field=models.BooleanField(default=False)),
    ]
