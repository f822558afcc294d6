"""Files on their way in: counted while they stream, so that too much is refused before it is held."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from khaithue.returns.findings import Finding, finding

TOO_MUCH = "khaithue_too_much"
"""The request's attribute that holds why no more was taken."""


class Bounded(FileUploadHandler):
    """Stops reading at the first byte or file over the limits of the settings; the rest is passed over.

    It keeps nothing itself: the handlers after it do.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.bytes = self.files = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count one more file."""
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files > settings.BATCH_FILES:
            self._stop(finding("UPLOAD-TOO-MANY", limit=settings.BATCH_FILES))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count the bytes and hand them on."""
        self.bytes += len(raw_data)
        size = start + len(raw_data)
        if self.bytes > settings.REQUEST_BYTES:
            self._stop(finding("UPLOAD-TOO-LARGE", limit=settings.REQUEST_BYTES))
        if size > settings.UPLOAD_BYTES and not is_zip_name(self.file_name):
            self._stop(finding("FILE-TOO-LARGE", size=size, limit=settings.UPLOAD_BYTES))
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing is kept here."""

    def _stop(self, wrong: Finding) -> None:
        setattr(self.request, TOO_MUCH, wrong)
        raise StopUpload(connection_reset=False)


def too_much(request: HttpRequest) -> Finding | None:
    """Why not all of this request's files were taken; None when they were."""
    request.FILES  # noqa: B018  # reading the body is what counts it
    wrong: Finding | None = getattr(request, TOO_MUCH, None)
    return wrong


def is_zip_name(name: str | None) -> bool:
    """Whether a file calls itself a ZIP archive."""
    return (name or "").lower().endswith(".zip")
