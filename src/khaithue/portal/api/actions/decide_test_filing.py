"""The office's decision on a test taxpayer's filing, as its scenario says."""

from django.utils import timezone

from khaithue.portal.action import Done, system_action
from khaithue.portal.api.sandbox.scenarios import Scenario
from khaithue.portal.filing.actions.decide import stand_again
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.decision import issue_decision

DECIDED = (Filing.State.ACCEPTED, Filing.State.REFUSED)
"""The states a scenario may decide."""


@system_action("sandbox.decide")
def decide_test_filing(*, filing: Filing, scenario: Scenario) -> Done[None]:
    """Accept or refuse the filing with its notice; ``ValueError`` for a filing that is no test.

    As at the real office, the first return that a refused one had replaced stands again.
    """
    if not filing.taxpayer.is_sandbox:
        raise ValueError("only a test taxpayer's filing is decided by a scenario")
    filing.state, filing.decided_at = scenario.state, timezone.now()
    filing.reasons = [scenario.reason] if scenario.reason else []
    filing.save(update_fields=["state", "decided_at", "reasons"])
    back = stand_again(filing) if filing.state == Filing.State.REFUSED else ""
    issue_decision(filing)
    return Done(None, filing.transaction_code, {"state": filing.state, "stands_again": back})
