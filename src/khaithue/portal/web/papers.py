"""Papers of applications and notices as files to take away."""

from django.http import HttpResponse

from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import read_notice
from khaithue.portal.office.identity import trust_store
from khaithue.portal.registration.models import Application
from khaithue.portal.web.shown import signer_of
from khaithue.printing.pdf import pdf
from khaithue.returns.codec import decode
from khaithue.returns.model import Return
from khaithue.signing.policy import current_policy
from khaithue.signing.target import Target
from khaithue.signing.verify import verify


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
    """A notice as PDF, saying who signed its XML; ``LookupError`` when its XML cannot be read."""
    xml = bytes(notice.xml)
    found = read_notice(xml).return_
    if found is None:
        raise LookupError(f"notice {notice.number} cannot be read")
    status = verify(
        xml, trust=trust_store(), at=notice.created_at, policy=current_policy(), target=Target.NOTICE
    )
    return pdf(found, signed_by=signer_of(status))


def file_reply(data: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=media_type, headers=headers)
