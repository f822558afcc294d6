"""What can go wrong when the API is asked."""

from collections.abc import Mapping
from typing import Any

from khaithue.client.model import Finding


class ApiError(Exception):
    """The portal refused: its HTTP status, the code of the gravest finding, and all findings."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(body.get("code", ""))
        self.findings = tuple(Finding.of(item) for item in body.get("findings", ()))
        super().__init__(f"{status} {self.code}: {body.get('detail', '')}")


class NoAnswerError(Exception):
    """No answer came, or no decision in time; a submission may be sent again with the same bytes."""
