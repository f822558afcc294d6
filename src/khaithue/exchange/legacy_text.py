"""Signs of Vietnamese typed for the old fonts TCVN3 (ABC) and VNI instead of Unicode."""

import re
from itertools import islice

from khaithue.returns.findings import Finding, finding

_TCVN3_BYTES = bytes([*range(0xA1, 0xAF), *range(0xB5, 0xBA), *range(0xBB, 0xBF)])
_TCVN3_SHARE = 0.3
_TCVN3_TEXT = re.compile(
    rb"\xc2(?<=[A-Za-z]\xc2)[\xa8-\xae\xb5-\xb9\xbb-\xbe](?:\xc2[\xa8-\xae\xb5-\xb9\xbb-\xbe])*[A-Za-z]"
)
_VNI_TEXT = re.compile(
    rb"\xc3(?:(?<=[aeo]\xc3)\xa2|(?<=[AEO]\xc3)\x82|(?<=a\xc3)\xaa|(?<=[ae]\xc3)\xa3"
    rb"|(?<=[aeiouy]\xc3)[\xb8\xbb\xaf]|[\xb4\xb6]\xc3[\xb8\xb9\xbb\xb5\xaf]|(?<=[\s>]\xc3)\xb1[aeiou\xc3])"
)
"""Both begin with the byte all their signs share, found fast, and look back at the letter before it."""
_LOOKED_AT = 200_000
"""The bytes looked at: enough for the names and addresses of the header and some hundred people."""


def looks_like_tcvn3(data: bytes) -> bool:
    """Whether bytes that are not UTF-8 are Vietnamese in the TCVN3 code page (đ is 0xAE, ô is 0xAB).

    Windows-1258 and VNI write their letters from 0xC0 on; those between 0xA1 and 0xBE tell TCVN3 apart.
    """
    high = [byte for byte in data[:_LOOKED_AT] if byte >= 0x80]
    letters = sum(byte in _TCVN3_BYTES for byte in high)
    return bool(high) and letters / len(high) >= _TCVN3_SHARE


def warnings(data: bytes) -> list[Finding]:
    """A warning when valid UTF-8 seems to hold text of an old font, such as ``C«ng ty`` or ``Coâng ty``.

    One TCVN3 sign between letters is enough; VNI's also occur in foreign names, such as Loïc, so two.
    """
    for font, pattern, enough in (("TCVN3", _TCVN3_TEXT, 1), ("VNI", _VNI_TEXT, 2)):
        found = list(islice(pattern.finditer(data, 0, _LOOKED_AT), enough))
        if len(found) == enough:
            line = data.count(b"\n", 0, found[0].start()) + 1
            return [finding("XML-OLD-FONT", line=line, font=font)]
    return []
