"""Papers of applications and notices as files to take away."""

from django.http import HttpResponse

from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.reading import letter_of, signature_of
from khaithue.portal.registration.models import Application
from khaithue.portal.signers import signer_of
from khaithue.printing.pdf import pdf
from khaithue.returns.codec import decode
from khaithue.returns.model import Return


def stored_return(application: Application) -> Return:
    """The form of an application as it was sent; ``LookupError`` when it has none that can be read."""
    found, wrong = decode(application.data)
    if found is None:
        raise LookupError(f"application {application.code}: {[item.code for item in wrong]}")
    return found


def stored_paper(application: Application) -> bytes:
    """The form of an application, as PDF."""
    return pdf(stored_return(application))


def notice_paper(notice: Notice) -> bytes:
    """A notice as PDF, saying who signed its XML; ``ValueError`` when its XML cannot be read."""
    return pdf(letter_of(notice), signed_by=signer_of(signature_of(notice)))


def file_reply(data: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=media_type, headers=headers)
