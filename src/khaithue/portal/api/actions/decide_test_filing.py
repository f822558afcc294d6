"""The office's decision on a test taxpayer's filing, as its scenario says."""

from django.utils import timezone

from khaithue.portal.action import Done, system_action
from khaithue.portal.api.sandbox.scenarios import Scenario
from khaithue.portal.api.webhooks.events import Event, tell
from khaithue.portal.filing.models import Filing

EVENTS = {Filing.State.ACCEPTED: Event.FILING_ACCEPTED, Filing.State.REFUSED: Event.FILING_REFUSED}


@system_action("sandbox.decide")
def decide_test_filing(*, filing: Filing, scenario: Scenario) -> Done[None]:
    """Accept or refuse the filing and tell its webhooks; ``ValueError`` for a filing that is no test."""
    if not filing.taxpayer.is_sandbox:
        raise ValueError("only a test taxpayer's filing is decided by a scenario")
    filing.state, filing.decided_at = scenario.state, timezone.now()
    filing.reasons = [scenario.reason] if scenario.reason else []
    filing.save(update_fields=["state", "decided_at", "reasons"])
    facts = {"transaction_code": filing.transaction_code, "form": filing.form_code, "period": filing.period}
    tell(filing.taxpayer, EVENTS[scenario.state], facts)
    return Done(None, filing.transaction_code, {"state": filing.state})
