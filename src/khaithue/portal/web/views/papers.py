"""Papers sent with a return: handed out as files, never shown as a page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from khaithue.portal.filing.models import Attachment, Filing
from khaithue.portal.web.request import MemberRequest, OfficerRequest, member_page, officer_page


@member_page
def own_paper(request: MemberRequest, code: str, paper: int) -> HttpResponse:
    """One paper of a filing of the taxpayer."""
    mine = request.access.of(Filing.objects.filter(taxpayer=request.taxpayer))
    return handed_out(get_object_or_404(Attachment, pk=paper, filing__in=mine, filing__transaction_code=code))


@officer_page
def office_paper(request: OfficerRequest, code: str, paper: int) -> HttpResponse:
    """One paper of a filing of the officer's office."""
    ours = Filing.objects.filter(taxpayer__office_code=request.officer.office_code, transaction_code=code)
    return handed_out(get_object_or_404(Attachment, pk=paper, filing__in=ours))


def handed_out(found: Attachment) -> HttpResponse:
    """The file as a download of no said kind, that no browser opens as a page of this site."""
    reply = HttpResponse(bytes(found.body), content_type="application/octet-stream")
    reply["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name) or ""
    reply["X-Content-Type-Options"] = "nosniff"
    reply["Cross-Origin-Resource-Policy"] = "same-origin"
    reply["Cache-Control"] = "private, no-store"
    return reply
