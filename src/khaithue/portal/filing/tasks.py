"""Background work of filing. A task only hurries what ``decide_filings`` finds in the rows."""

from django_tasks import task

from khaithue.portal.filing.models import Filing


@task()
def accept(filing_id: int) -> str:
    """Accept one filing that passed all checks; running it twice, or never, loses nothing."""
    from khaithue.portal.filing.actions.decide import accept_checked  # which needs this module in turn

    decision = accept_checked(filing=Filing.objects.select_related("taxpayer").get(pk=filing_id))
    return str(decision.filing.state)
