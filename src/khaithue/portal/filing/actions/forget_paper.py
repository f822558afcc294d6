"""Taking a return filed on paper off the record, when it was entered by mistake."""

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.returns.findings import Finding, finding


@action("filing.forget_paper", Right.PREPARE, owned="paper")
def forget_paper(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    paper: PaperReturn,
) -> Done[tuple[Finding, ...]]:
    """Delete the record; told PAPER-FOLLOWED, and kept, when a supplement filed here corrects it."""
    Taxpayer.objects.select_for_update().get(pk=paper.taxpayer_id)
    subject, facts = f"paper:{paper.pk}", {"form": paper.form_code, "period": paper.period}
    following = Filing.objects.standing().filter(
        taxpayer_id=paper.taxpayer_id,
        form_code=paper.form_code,
        activity=paper.activity,
        period=paper.period,
    )
    if first := following.first():
        wrong = finding("PAPER-FOLLOWED", transaction_code=first.transaction_code)
        return Done((wrong,), subject, {**facts, "refused": wrong.code})
    PaperReturn.objects.filter(pk=paper.pk).delete()
    return Done((), subject, facts)
