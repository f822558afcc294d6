"""A filed return read again."""

from khaithue.exchange import returns_xml
from khaithue.portal.filing.models import Filing
from khaithue.returns.model import Return


def return_of(filing: Filing) -> Return:
    """The figures of a filing; its bytes were verified and read before they were stored.

    Raises ``ValueError`` when they can no longer be read, which would mean damage to the store.
    """
    result = returns_xml.read(filing.file)
    if result.return_ is None:
        raise ValueError(f"the stored return {filing.transaction_code} cannot be read")
    return result.return_
