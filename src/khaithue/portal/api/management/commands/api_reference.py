"""Print the reference of the API."""

from typing import Any

from django.core.management.base import BaseCommand

from khaithue.portal.api.interface import API, ROOT
from khaithue.portal.api.reference import markdown


class Command(BaseCommand):
    """``api_reference``: the page docs/reference/api.md, from the description the API gives of itself."""

    help = "Print the reference page of the API as Markdown."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print it."""
        self.stdout.write(markdown(API.get_openapi_schema(), ROOT), ending="")
