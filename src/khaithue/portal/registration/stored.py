"""The dossiers a user may see, and the paper of one read again."""

from django.db.models import Prefetch, QuerySet

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.notices.models import Notice
from khaithue.portal.registration.models import Application
from khaithue.printing.pdf import pdf
from khaithue.returns.codec import decode
from khaithue.returns.model import Return


def dossiers_for(user: User, taxpayer: Taxpayer) -> QuerySet[Application]:
    """The taxpayer's dossiers, newest first, for its own people: an agent is contracted for returns."""
    if not Membership.objects.filter(user=user, taxpayer=taxpayer).exists():
        return Application.objects.none()
    return Application.objects.filter(taxpayer=taxpayer)


def listed(dossiers: QuerySet[Application]) -> QuerySet[Application]:
    """Those dossiers as lists show them: with their answers, without their papers."""
    answers = Prefetch("notices", Notice.objects.defer("xml").order_by("created_at"))
    return dossiers.defer("data", "certificate").prefetch_related(answers)


def paper_of(application: Application) -> Return:
    """The form of a dossier as it was sent; ``LookupError`` when it has none that can be read."""
    found, wrong = decode(application.data)
    if found is None:
        raise LookupError(f"application {application.code}: {[item.code for item in wrong]}")
    return found


def pdf_of(application: Application) -> bytes:
    """That form as PDF; ``LookupError`` as above."""
    return pdf(paper_of(application))


def has_xml(paper: Return) -> bool:
    """Whether the authority has an XML of the form."""
    return bool(paper.form.ma_tkhai)


def xml_of(application: Application) -> bytes:
    """That form as the authority's XML; ``LookupError`` as above, and when it has none."""
    paper = paper_of(application)
    if not has_xml(paper):
        raise LookupError(f"there is no XML of {paper.form.code}")
    return returns_xml.write(paper)
