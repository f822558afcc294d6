"""A mail server for demos: it takes every message and keeps it in the Maildir of the inbox page."""

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from django.conf import settings

from khaithue.portal.demo.inbox import maildir


def sink() -> Controller:
    """The server, not yet started, on the address the portal sends its mail to."""
    return Controller(Mailbox(maildir()), hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
