"""Pages of a list by cursor: rows that come meanwhile neither repeat nor hide others."""

import base64
import binascii
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from ninja.params.functions import Query

from khaithue.portal.api.problems import refusal

M = TypeVar("M", bound=Model)

Cursor = Query("", description="`next` of the page before; empty for the first.")
Limit = Query(50, ge=1, le=100, description="Most rows of the page.")


def page_of(rows: QuerySet[M], moment: str, cursor: str, limit: int) -> tuple[list[M], str | None]:
    """The rows after the cursor, newest first by the column ``moment``, and the cursor of the next page.

    Raises ``Refusal`` with API-CURSOR for a cursor that was not given here.
    """
    if cursor:
        at, pk = _read(cursor)
        rows = rows.filter(Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": pk}))
    found = list(rows.order_by(f"-{moment}", "-pk")[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], _write(getattr(last, moment), last.pk)


def _write(at: datetime, pk: int) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{pk}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
        at, _bar, pk = text.partition("|")
        found = datetime.fromisoformat(at), int(pk)
    except (ValueError, binascii.Error):
        raise refusal(422, "API-CURSOR") from None
    if found[0].tzinfo is None or not 0 <= found[1] < 2**63:
        raise refusal(422, "API-CURSOR")
    return found
