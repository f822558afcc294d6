"""Who signed, or confirmed by code, as papers and pages say it."""

from khaithue.portal.filing.models import Filing
from khaithue.printing.sheet import SignedBy
from khaithue.signing.certificates import common_name
from khaithue.signing.status import SignatureStatus


def signed_by(filing: Filing) -> tuple[SignedBy, ...]:
    """Who signed a filing or confirmed it by code, from the facts kept with it."""
    if filing.confirmed:
        said = filing.confirmed
        return (SignedBy(said["name"], said["mst"], "", "", moment(said["at"]), said["sent_to"]),)
    facts = filing.signer
    if not facts:
        return ()
    return (
        SignedBy(
            name=str(facts.get("name", "")),
            tax_id=str(facts.get("mst", "")).strip("(',)"),
            serial=str(facts.get("serial", "")),
            issuer=common_name(str(facts.get("issuer", ""))),
            signed_at=moment(str(facts.get("signing_time", ""))),
        ),
    )


def signer_of(status: SignatureStatus) -> tuple[SignedBy, ...]:
    """The signer that a signature's check found."""
    if status.signer is None:
        return ()
    signer = status.signer
    when = moment(status.signing_time)
    return (SignedBy(signer.name, ", ".join(signer.mst), signer.serial, common_name(signer.issuer), when),)


def moment(iso: str) -> str:
    """``2026-06-18T09:12:33`` as ``18/06/2026 09:12:33``; any other text unchanged."""
    day, separator, time = iso.partition("T")
    parts = day.split("-")
    return f"{parts[2]}/{parts[1]}/{parts[0]} {time[:8]}" if separator and len(parts) == 3 else iso
