"""The papers of a batch brought to their returns; one that may go with two goes with none and is told."""

from collections.abc import Sequence

from khaithue.portal.filing.papers import clean_name
from khaithue.portal.web.batchrows import Role, Row
from khaithue.portal.web.joining import Place, owners
from khaithue.portal.web.models import Upload
from khaithue.returns.findings import Finding, finding


def join_papers(rows: Sequence[Row]) -> list[Row]:
    """Hand each paper over to its return; the rows of the returns, and of what was not handed over.

    BATCH-PAPER-ALONE and BATCH-PAPER-AMBIGUOUS tell why; so does what is wrong with the paper itself. A
    return that lacks a paper meant for it is told so (BATCH-PAPER-LEFT) and waits for a person to look.
    """
    returns = [(row.place, row) for row in rows if row.role is Role.RETURN]
    left = [row for row in rows if row.role is not Role.RETURN and not _joined(row, returns)]
    return [*(row for _, row in returns), *left]


def _joined(row: Row, returns: Sequence[tuple[Place, Row]]) -> bool:
    """Whether the file was handed over as a paper; else it is told why not, if it was meant as one."""
    fitting = owners(row.place, returns)
    wrong = _hindrance(row, fitting) if fitting or row.role is Role.PAPER else None
    if wrong is None:
        return bool(fitting)
    row.findings = (wrong,)
    for owner in fitting:
        owner.tell(finding("BATCH-PAPER-LEFT", name=clean_name(row.name)), hold=True)
    return False


def _hindrance(row: Row, fitting: Sequence[Row]) -> Finding | None:
    """Why a paper is not handed over; None once it is."""
    name = clean_name(row.name)
    if row.broken:
        return row.findings[0]
    if not fitting:
        return finding("BATCH-PAPER-ALONE", name=name)
    if len(fitting) > 1:
        returns = ", ".join(clean_name(each.name) for each in fitting[:3])
        return finding("BATCH-PAPER-AMBIGUOUS", name=name, returns=returns)
    return _handed_over(row, fitting[0])


def _handed_over(row: Row, owner: Row) -> Finding | None:
    paper = Upload.objects.get(pk=row.pk)
    if owner.known:
        wrong = _of_known(paper, owner)
    else:
        wrong = Upload.objects.defer("body").get(pk=owner.pk).add_paper(paper.name, paper.file)
    if wrong is None:
        owner.papers.append(paper.name)
        paper.delete()
    return wrong


def _of_known(paper: Upload, owner: Row) -> Finding | None:
    """A return filed before keeps the papers it came with."""
    if owner.known is None or owner.known.papers.filter(sha256=paper.sha256).exists():
        return None
    return finding("FILE-PAPERS-LATE", transaction_code=owner.known.transaction_code)
