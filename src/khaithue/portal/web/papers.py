"""Papers as files to take away."""

from django.http import HttpResponse

from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.reading import letter_of, signature_of
from khaithue.portal.signers import signer_of
from khaithue.printing.pdf import pdf


def notice_paper(notice: Notice) -> bytes:
    """A notice as PDF, saying who signed its XML; ``ValueError`` when its XML cannot be read."""
    return pdf(letter_of(notice), signed_by=signer_of(signature_of(notice)))


def file_reply(data: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=media_type, headers=headers)
