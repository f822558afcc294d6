"""The words of the notation, and which calc leaves its box to the taxpayer; known without the compiler."""

import re
from typing import Final

ENTERED: Final = "entered"
"""What the taxpayer typed or declared in the very box a calc is written for."""
WORDS: Final = frozenset({ENTERED, "blank", "row", "period_start", "period_end", "period_months"})
"""The words of the notation that stand alone; no part and no table is called so."""
_NO_WORD: Final = re.compile(r'"[^"]*"|\[[^\]]*\]')


def takes_entry(calc: str) -> bool:
    """Whether the text of a sound calc leaves its box to the taxpayer in some cases.

    >>> takes_entry("if([11], entered, [12])"), takes_entry('if([11] = "entered", 1, 2)')
    (True, False)
    """
    return ENTERED in calc and ENTERED in re.findall(r"\w+", _NO_WORD.sub(" ", calc))
