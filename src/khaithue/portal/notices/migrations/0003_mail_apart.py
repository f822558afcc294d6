from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0002_any_notice'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='notice',
            name='mail_owed',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='mail_due_at',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='mail_failures',
        ),
        migrations.RemoveField(
            model_name='notice',
            name='mailed_at',
        ),
    ]
