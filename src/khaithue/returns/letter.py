"""The text of a letter: paragraphs with places for boxes, checked against the form that prints them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from khaithue.returns.entries import Entry
from khaithue.returns.form import HEADING, Field, Paragraph, Table

_PLACE: Final = re.compile(r"\{([\w.]+)\}")
_TABLE: Final = re.compile(r"\{table (\w+)\}")


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph, or the place of the box ``code``."""

    text: str = ""
    code: str = ""


def paragraphs(entry: Entry) -> tuple[Paragraph, ...]:
    """The paragraphs of ``letter`` in ``[layout]``: texts, or tables of ``when`` and ``text``."""
    return tuple(_paragraph(each) for each in entry.mixed("letter"))


def pieces(paragraph: Paragraph) -> Iterator[Piece]:
    """The words and places of a paragraph in order, without the mark of a heading.

    >>> [piece.code or piece.text for piece in pieces(Paragraph("Kính gửi: {tenNNhan}."))]
    ['Kính gửi: ', 'tenNNhan', '.']
    """
    for number, text in enumerate(_PLACE.split(paragraph.text.removeprefix(HEADING))):
        if number % 2:
            yield Piece(code=text)
        elif text:
            yield Piece(text)


def table_of(paragraph: Paragraph) -> str:
    """The table a paragraph stands for, or an empty text.

    >>> table_of(Paragraph("{table people}"))
    'people'
    """
    match = _TABLE.fullmatch(paragraph.text)
    return match[1] if match else ""


def faults(
    letter: tuple[Paragraph, ...], boxes: Mapping[str, Field], tables: Mapping[str, Table]
) -> Iterator[str]:
    """What a letter asks for that its form does not have."""
    for paragraph in letter:
        if paragraph.when and paragraph.when not in boxes:
            yield f"letter when: there is no box {paragraph.when}"
        if name := table_of(paragraph):
            if name not in tables:
                yield f"letter: the main part has no table {name}"
            continue
        for piece in pieces(paragraph):
            if piece.code and piece.code not in boxes:
                yield f"letter: there is no box {piece.code}"
            elif "{" in piece.text or "}" in piece.text:
                yield f"letter: cannot read the place in {piece.text.strip()!r}"


def _paragraph(found: str | Entry) -> Paragraph:
    if isinstance(found, str):
        return Paragraph(found)
    found.only("when text")
    return Paragraph(found.text("text", needed=True), found.text("when", needed=True))
