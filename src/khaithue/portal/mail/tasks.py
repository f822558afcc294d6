"""Background work of e-mail. A task only hurries what the rows already say is owed."""

from django_tasks import task

from khaithue.portal.mail.sending import send, send_pending


@task()
def send_mail(mail_id: int) -> str:
    """Send one e-mail; running it twice, or never, loses nothing."""
    return send(mail_id).value


@task()
def send_owed() -> int:
    """Send every e-mail that is owed; how many went out."""
    return send_pending()
