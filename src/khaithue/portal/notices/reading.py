"""A stored notice read again, and who signed it."""

from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import read_notice
from khaithue.portal.office.identity import trust_store
from khaithue.returns.model import Return
from khaithue.signing.policy import current_policy
from khaithue.signing.status import SignatureStatus
from khaithue.signing.target import Target
from khaithue.signing.trust import TrustStore
from khaithue.signing.verify import verify


def letter_of(notice: Notice) -> Return:
    """The notice as its form.

    Raises ``ValueError`` when it can no longer be read, which would mean damage to the store.
    """
    result = read_notice(bytes(notice.xml))
    if result.return_ is None:
        raise ValueError(f"the stored notice {notice.number} cannot be read")
    return result.return_


def trusted(notice: Notice | None) -> TrustStore:
    """The authorities that a notice's signer is held against: the sandbox's for a test taxpayer's."""
    return trust_store(sandbox=is_test(notice))


def is_test(notice: Notice | None) -> bool:
    """Whether it is the notice of a test taxpayer, which attests nothing."""
    return bool(notice and notice.taxpayer and notice.taxpayer.is_sandbox)


def signature_of(notice: Notice) -> SignatureStatus:
    """What is true of the notice's signature at the moment it was issued."""
    return verify(
        bytes(notice.xml),
        trust=trusted(notice),
        at=notice.created_at,
        policy=current_policy(),
        target=Target.NOTICE,
    )
