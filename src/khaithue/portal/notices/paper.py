"""A stored notice on its form, as PDF."""

from khaithue.portal.notices.models import Notice, check_note
from khaithue.portal.notices.reading import letter_of, signature_of
from khaithue.portal.signers import signer_of
from khaithue.printing.pdf import pdf


def notice_pdf(notice: Notice) -> bytes:
    """The notice with who signed it and how to check it; ``ValueError`` when its XML cannot be read."""
    note = check_note(notice.number, notice.sha256)
    return pdf(letter_of(notice), signed_by=signer_of(signature_of(notice)), note=note)
