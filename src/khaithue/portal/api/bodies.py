"""The body of a request that is a file."""

from django.conf import settings
from django.http import HttpRequest

from khaithue.portal.api.problems import refusal

XML = ("application/xml", "text/xml")


def xml_of(request: HttpRequest) -> bytes:
    """The bytes of an XML file sent as the body, no larger than an upload on the page may be.

    Raises ``Refusal``: FILE-TOO-LARGE, API-BODY-EMPTY, API-MEDIA-TYPE.
    """
    data = request.read(settings.UPLOAD_BYTES + 1)
    if len(data) > settings.UPLOAD_BYTES:
        size = request.headers.get("Content-Length", len(data))
        raise refusal(413, "FILE-TOO-LARGE", size=size, limit=settings.UPLOAD_BYTES)
    if not data:
        raise refusal(422, "API-BODY-EMPTY")
    if request.content_type not in XML:
        raise refusal(415, "API-MEDIA-TYPE", found=(request.content_type or "")[:60], expected=XML[0])
    return data
