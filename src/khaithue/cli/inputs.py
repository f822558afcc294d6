"""Words of the command line turned into dates, moments and periods, or refused with a code."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from khaithue.cli.answer import refused

if TYPE_CHECKING:
    from khaithue.obligations.period import Period


def period_of(text: str) -> "Period":
    """The tax period written as ``Period.parse`` reads it; anything else is refused with CLI-PERIOD."""
    from khaithue.obligations.period import Period

    try:
        return Period.parse(text)
    except ValueError as error:
        raise refused("CLI-PERIOD", period=text) from error


def date_of(text: str) -> date:
    """The ISO date; anything else is refused with CLI-DATE."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refused("CLI-DATE", date=text) from error


def moment_of(text: str) -> datetime:
    """The ISO date or time, Vietnamese when it has no offset; anything else is refused with CLI-TIME."""
    from khaithue.signing.target import VIETNAM

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise refused("CLI-TIME", time=text) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
