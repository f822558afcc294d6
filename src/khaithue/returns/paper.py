"""The words that the paper prints around its boxes: the form file's, else the circular's usual ones."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from khaithue import law
from khaithue.returns import letter
from khaithue.returns.entries import Entry
from khaithue.returns.form import Field, Form, Paper, Paragraph, Signer

USUAL: Final = "paper/usual.toml"
_KEYS: Final = "unit oath above below after remarks signers"
_SIGNER_KEYS: Final = "title lines sign day taxpayer"


def paper_of(entry: Entry, basis: str) -> Paper:
    """The paper that ``[paper]`` of a form resting on ``basis``, or of its appendix, declares."""
    entry.only(_KEYS)
    said = entry.over(_usual(basis))
    return Paper(
        signers=tuple(_signers(said)),
        unit=said.text("unit"),
        oath=said.text("oath"),
        above=said.texts("above"),
        below=said.texts("below"),
        after=said.texts("after"),
        remarks=said.texts("remarks"),
    )


def places(paper: Paper) -> Iterator[str]:
    """The codes of boxes that have a place among the words."""
    for text in _texts(paper):
        yield from (piece.code for piece in letter.pieces(Paragraph(text)) if piece.code)


def faults(form: Form) -> Iterator[tuple[tuple[str, ...], str]]:
    """The places of every paper of the form that no box and no element of the header fills."""
    yield from _faults(("paper",), form.paper, form.fields)
    for part in form.appendices.values():
        if part.paper:
            yield from _faults(("appendices", part.name, "paper"), part.paper, part.fields)


def _faults(
    path: tuple[str, ...], paper: Paper, boxes: Mapping[str, Field]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for code in places(paper):
        if code not in boxes and code not in _header_elements():
            yield path, f"paper: there is no box {code}, and no such element of the header"


@cache
def _header_elements() -> frozenset[str]:
    words = law.document("xml/header.toml")["outline"].split()
    return frozenset(word.rstrip("?*") for word in words)


def _texts(paper: Paper) -> Iterator[str]:
    for signer in paper.signers:
        yield from signer.lines
    yield from (*paper.above, *paper.below, *paper.after, *paper.remarks)


def _signers(entry: Entry) -> Iterator[Signer]:
    known = law.document(USUAL)["signers"]
    for each in entry.mixed("signers"):
        if isinstance(each, Entry):
            yield _signer(each)
        elif each in known:
            yield _signer(entry.beside(known[each]))
        else:
            entry.say("signers", f"there is no usual signer {each}: {', '.join(known)}")


def _signer(entry: Entry) -> Signer:
    entry.only(_SIGNER_KEYS)
    return Signer(
        title=entry.texts("title"),
        lines=entry.texts("lines"),
        sign=entry.text("sign"),
        day=entry.flag("day"),
        taxpayer=entry.flag("taxpayer"),
    )


def _usual(basis: str) -> dict[str, Any]:
    document = law.document(USUAL)
    return {**document["usual"], **document["basis"].get(basis, {})}
