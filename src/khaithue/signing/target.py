"""What is signed: the frames of the tax authority's XML and the names of XML Signature."""

from datetime import date, datetime, timedelta, timezone
from enum import Enum

DSIG = "http://www.w3.org/2000/09/xmldsig#"
XML = "http://www.w3.org/XML/1998/namespace"
BLOCK = "CKyDTu"
"""The element of every frame that holds the signature."""

VIETNAM = timezone(timedelta(hours=7))
"""The legal time of Vietnam, in which ``SigningTime`` is written."""


def legal_time(at: datetime) -> datetime:
    """The time in Vietnam of a moment that knows its time zone; ``ValueError`` for one that does not."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(VIETNAM)


def legal_day(at: datetime) -> date:
    """The day in Vietnam of a moment that knows its time zone; ``ValueError`` for one that does not."""
    return legal_time(at).date()


class Target(Enum):
    """A frame and its signed element: ``<root><element id="…"/><CKyDTu><Signature/></CKyDTu></root>``."""

    RETURN = ("http://kekhaithue.gdt.gov.vn/TKhaiThue", "HSoThueDTu", "HSoKhaiThue", ("id",))
    NOTICE = ("http://kekhaithue.gdt.gov.vn/TBaoThue", "TBaoThueDTu", "TBaoThue", ("Id", "id"))
    REGISTRATION = ("http://kekhaithue.gdt.gov.vn/DKyThue", "DKyThueDTu", "DKyThue", ("id", "Id"))

    def __init__(self, namespace: str, root: str, element: str, id_names: tuple[str, ...]) -> None:
        self.namespace = namespace
        self.root = root
        self.element = element
        self.id_names = id_names

    @classmethod
    def of(cls, root: str) -> "Target":
        """The frame whose root element has that name; that of a return for any other."""
        return next((target for target in cls if target.root == root), cls.RETURN)

    def tag(self, local: str) -> str:
        """The lxml name of one of the frame's elements."""
        return f"{{{self.namespace}}}{local}"
