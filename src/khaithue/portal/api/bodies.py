"""The body of a request that is a file, or a form of files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from khaithue.portal.api.problems import Refusal, refusal
from khaithue.portal.filing.papers import Paper, limits, take
from khaithue.portal.receiving import too_much

XML = ("application/xml", "text/xml")
FORM = "multipart/form-data"
RETURN, PAPER = "return", "paper"
"""The names of the parts of a form."""


@dataclass(frozen=True)
class Sent:
    """A return as it was sent, and the papers sent with it."""

    data: bytes
    papers: tuple[Paper, ...] = ()


def sent_return(request: HttpRequest) -> Sent:
    """The return sent as the body, or as the part ``return`` of a form beside its papers.

    Raises ``Refusal``: what ``xml_of`` does, API-INPUT, UPLOAD-TOO-LARGE, UPLOAD-TOO-MANY, and what is wrong
    with the papers, all of them at once.
    """
    if request.content_type != FORM:
        return Sent(xml_of(request, (*XML[:1], FORM)))
    returns, papers = _parts(request)
    if len(returns) != 1:
        raise refusal(422, "API-INPUT", place=RETURN, reason="send one file of this name")
    return Sent(_return(returns[0]), _papers(papers))


def xml_of(request: HttpRequest, expected: Sequence[str] = XML[:1]) -> bytes:
    """The bytes of an XML file sent as the body, no larger than an upload on the page may be.

    ``expected`` are the media types told to who sends another. Raises ``Refusal``: FILE-TOO-LARGE,
    API-BODY-EMPTY, API-MEDIA-TYPE.
    """
    data = request.read(settings.UPLOAD_BYTES + 1)
    if len(data) > settings.UPLOAD_BYTES:
        raise _too_large(request.headers.get("Content-Length", len(data)))
    if not data:
        raise refusal(422, "API-BODY-EMPTY")
    if request.content_type not in XML:
        found = (request.content_type or "")[:60]
        raise refusal(415, "API-MEDIA-TYPE", found=found, expected=", ".join(expected))
    return data


def _too_large(size: object) -> Refusal:
    return refusal(413, "FILE-TOO-LARGE", size=size, limit=settings.UPLOAD_BYTES)


def _parts(request: HttpRequest) -> "tuple[list[UploadedFile[Any]], list[UploadedFile[Any]]]":
    """The files of a form; a part of another name, or that is no file, is refused, not passed over."""
    try:
        wrong = too_much(request)
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent) as error:
        raise refusal(400, "API-INPUT", place="body", reason=str(error)[:100]) from error
    if wrong:
        raise Refusal(413 if wrong.code.endswith("TOO-LARGE") else 422, [wrong])
    for name in (*request.POST, *request.FILES):
        if name in request.POST or name not in (RETURN, PAPER):
            reason = f"the parts are files with a name, called {RETURN} and {PAPER}"
            raise refusal(422, "API-INPUT", place=name[:40], reason=reason)
    return request.FILES.getlist(RETURN), request.FILES.getlist(PAPER)


def _return(file: "UploadedFile[Any]") -> bytes:
    data: bytes = file.read(settings.UPLOAD_BYTES + 1)
    if len(data) > settings.UPLOAD_BYTES:
        raise _too_large(file.size)
    if not data:
        raise refusal(422, "API-BODY-EMPTY")
    return data


def _papers(files: "Sequence[UploadedFile[Any]]") -> tuple[Paper, ...]:
    taken, found = list[Paper](), []
    for file in files:
        paper, wrong = take(file.name or "", file.read(limits().bytes + 1), taken)
        if paper:
            taken.append(paper)
        if wrong:
            found.append(wrong)
    if found:
        raise Refusal(422, found)
    return tuple(taken)
