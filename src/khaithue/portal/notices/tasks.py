"""Background work of notices. A task only hurries what the rows already say is owed."""

from django_tasks import task

from khaithue.portal.notices.mail import send_notice


@task()
def mail_notice(notice_id: int) -> str:
    """Send one notice's e-mail; running it twice, or never, loses nothing."""
    return send_notice(notice_id).value
