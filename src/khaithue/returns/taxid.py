"""Tax codes: mã số thuế of 10 or 13 digits, and the 12 of the number that replaced it for people.

A tax code is two digits of issue, seven of order and a check digit; a dependent unit adds three digits, 001
to 999. Since 1 July 2025 people and household businesses use their số định danh cá nhân (12 digits, no check
digit); the ten-digit codes they had stay valid for earlier periods.

Sources: Thông tư 105/2020/TT-BTC Điều 5, Thông tư 86/2024/TT-BTC Điều 5. The circulars name the check digit
but not its sum; the weights are those of the registered numbers.

>>> validate("0100109106")
'0100109106'
>>> validate("0100109106-001")
'0100109106001'
>>> validate("079 085 000001")
'079085000001'
>>> validate("0100109107")
Traceback (most recent call last):
    ...
khaithue.returns.taxid.InvalidChecksum: the last of the ten digits does not agree with the others
>>> format("0100109106001")
'0100109106-001'
"""

from typing import Final

_WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_SEPARATORS: Final = str.maketrans("", "", " -.")


class InvalidTaxId(ValueError):  # noqa: N818 - the four names of the number modules
    """A number that is no tax code."""


class InvalidLength(InvalidTaxId):
    """Not 10, 12 or 13 digits."""


class InvalidFormat(InvalidTaxId):
    """Something else than digits, no order number, or unit 000."""


class InvalidChecksum(InvalidTaxId):
    """The check digit does not agree."""


def compact(number: str) -> str:
    """The digits alone: spaces, dashes and dots are taken out."""
    return number.translate(_SEPARATORS)


def check_digit(number: str) -> str:
    """The tenth digit for the first nine; "10" for an order number that is never issued.

    >>> check_digit("010010910")
    '6'
    """
    return str(10 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=True)) % 11)


def validate(number: str) -> str:
    """The compact number if it is a tax code or a personal identity number; else raises ``InvalidTaxId``."""
    digits = compact(number)
    if len(digits) not in (10, 12, 13):
        raise InvalidLength("a tax code has 10 or 13 digits, a personal number 12")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidFormat("a tax code is made of digits")
    if len(digits) == 12:
        return digits
    if digits[2:9] == "0000000" or digits[10:] == "000":
        raise InvalidFormat("the order number or the unit number is zero")
    if digits[9] != check_digit(digits[:9]):
        raise InvalidChecksum("the last of the ten digits does not agree with the others")
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` accepts the number."""
    try:
        return bool(validate(number))
    except InvalidTaxId:
        return False


def is_personal(number: str) -> bool:
    """Whether it is a personal number, of twelve digits, which nobody but a person has.

    >>> is_personal("079 085 000001"), is_personal("0100109106")
    (True, False)
    """
    return len(compact(number)) == 12 and is_valid(number)


def format(number: str) -> str:
    """The number as it is printed: a dash before the three digits of a dependent unit."""
    digits = compact(number)
    return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits
