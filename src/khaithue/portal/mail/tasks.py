"""Background work of e-mail. A task only hurries what the rows already say is owed."""

from django_tasks import task

from khaithue.portal.mail.sending import Sent, send


@task()
def send_mail(mail_id: int) -> str:
    """Send one e-mail; running it twice, or never, loses nothing."""
    return send(mail_id).value


@task()
def send_mails(mail_ids: list[int]) -> int:
    """The same for several; how many went out."""
    return sum(send(each) is Sent.SENT for each in mail_ids)
