"""The words of the paper around the boxes, with what the boxes hold written in."""

from collections.abc import Callable
from dataclasses import dataclass

from khaithue.printing.letter import DOTS
from khaithue.returns import letter
from khaithue.returns.form import Paper, Paragraph, Signer

Written = Callable[[str], str]
"""What the box of a code, or an element of the header, shows; empty when it is blank."""


@dataclass(frozen=True)
class SignerSheet:
    """One place to sign, its words as they are printed; ``Signer`` says what each is."""

    title: tuple[str, ...]
    lines: tuple[str, ...]
    sign: str
    day: bool
    taxpayer: bool


@dataclass(frozen=True)
class PaperSheet:
    """The words around the boxes, where ``Paper`` says; ``rows`` are places to sign, two side by side."""

    unit: str
    oath: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    after: tuple[str, ...]
    remarks: tuple[str, ...]
    rows: tuple[tuple[SignerSheet | None, SignerSheet | None], ...]

    @property
    def signer(self) -> str:
        """What stands above the taxpayer's signature, in one line."""
        places = (each for row in self.rows for each in row if each and each.taxpayer)
        return " ".join(next(places).title)


def paper_sheet(paper: Paper, written: Written) -> PaperSheet:
    """The words of a paper, dots standing for what is blank."""

    def filled(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_filled(text, written) for text in texts)

    signers = [_signer(each, written) for each in paper.signers]
    return PaperSheet(
        unit=paper.unit,
        oath=paper.oath,
        above=filled(paper.above),
        below=filled(paper.below),
        after=filled(paper.after),
        remarks=filled(paper.remarks),
        rows=tuple(_beside(signers[n : n + 2]) for n in range(0, len(signers), 2)),
    )


def _signer(signer: Signer, written: Written) -> SignerSheet:
    lines = tuple(_filled(line, written) for line in signer.lines)
    return SignerSheet(signer.title, lines, signer.sign, signer.day, signer.taxpayer)


def _beside(signers: list[SignerSheet]) -> tuple[SignerSheet | None, SignerSheet | None]:
    """One or two places to sign; one alone stands at the right."""
    return (signers[0], signers[1]) if len(signers) > 1 else (None, signers[0])


def _filled(text: str, written: Written) -> str:
    pieces = letter.pieces(Paragraph(text))
    return "".join((written(piece.code) or DOTS) if piece.code else piece.text for piece in pieces)
