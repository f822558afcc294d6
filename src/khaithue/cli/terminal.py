"""Rich's console as this program uses it; apart, so that rich is loaded only when something is drawn."""

import os
from typing import NoReturn, TextIO

from rich.console import Console

PIPED_WIDTH = 100
WIDEST = 120


class Terminal(Console):
    """A console where only the program's own words are drawn: no markup, no emoji, no guessing."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(file=stream, highlight=False, markup=False, emoji=False)
        is_sized = self.is_terminal or "COLUMNS" in os.environ
        self.width = min(self.width, WIDEST) if is_sized else PIPED_WIDTH

    def on_broken_pipe(self) -> NoReturn:
        """Leave a closed pipe to the guard of the command."""
        raise
