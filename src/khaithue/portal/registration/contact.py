"""E-mail addresses and telephone numbers as they are typed, and what speaks against them."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.returns.findings import Finding, finding

_PHONE = re.compile(r"0[0-9]{9,10}|\+[0-9]{8,15}")


def email_of(typed: str) -> str | None:
    """The address as typed, its spaces gone; None for what is no address."""
    address = typed.strip()
    try:
        validate_email(address)
    except ValidationError:
        return None
    return address if len(address) <= 254 else None


def phone_of(typed: str) -> str | None:
    """The number without spaces, dots and dashes: 0 and nine or ten digits, or with its country's code."""
    number = re.sub(r"[\s.()-]", "", typed)
    return number if _PHONE.fullmatch(number) else None


def email_taken(taxpayer: Taxpayer, address: str) -> Finding | None:
    """EMAIL-OF-ANOTHER when the address is another taxpayer's, or of a user who does not act for this one."""
    others = Taxpayer.objects.filter(email__iexact=address).exclude(pk=taxpayer.pk)
    strangers = User.objects.filter(email__iexact=address).exclude(
        Q(memberships__taxpayer=taxpayer) | Q(memberships__taxpayer__clients__taxpayer=taxpayer)
    )
    taken = others.exists() or strangers.exists()
    return finding("EMAIL-OF-ANOTHER", email=address) if taken else None
