"""A supplement's draft is held against the filing it corrects, and its 01/KHBS filled from the difference."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.drafts.actions.fill_supplement import fill_supplement
from khaithue.portal.drafts.actions.save_draft import save_draft
from khaithue.portal.drafts.models import Draft
from khaithue.portal.drafts.supplementing import supplement_of
from tests.portal.signed import changed
from tests.portal.test_drafts import CARRIED, filed, opened

Pair = tuple[User, Taxpayer]
ON = date(2026, 7, 1)


def corrected(pair: Pair, draft: Draft, **values: int) -> Draft:
    """The draft saved with other figures."""
    data = {
        **draft.data,
        "values": {**draft.data["values"], **{code[1:]: each for code, each in values.items()}},
    }
    outcome = save_draft(user=pair[0], draft=draft, data=data, revision=draft.revision)
    assert outcome.draft is not None
    return outcome.draft


def rows(draft: Draft, table: str) -> list[dict[str, Any]]:
    return [row["values"] for row in draft.data["tables"][table]]


def test_less_input_tax_lowers_the_credit_carried_forward_and_the_filings_code_is_named(
    company_a: Pair,
) -> None:
    """The sample carries [43] = 1,807,607,833 forward; [25] lower by 1,000,000 lowers it by as much."""
    first = filed(company_a)
    draft = opened(company_a, "2026-05", "B")
    draft = corrected(company_a, draft, _25=draft.data["values"]["25"] - 1_000_000)
    outcome = fill_supplement(
        user=company_a[0], draft=draft, revision=draft.revision, reason="Khai sai hoá đơn"
    )
    assert [item.code for item in outcome.findings] == ["SUPP-CREDIT"]
    assert outcome.draft is not None
    (line,) = rows(outcome.draft, "khbs_credit")
    assert line["3"] == -1_000_000
    assert outcome.draft.data["totals"]["PL01_KHBS"]["02"] == first.transaction_code
    assert outcome.draft.data["values"]["43"] == CARRIED - 1_000_000
    assert outcome.draft.revision == draft.revision + 1


@pytest.mark.near_miss("DRAFT-NO-FIRST")
def test_the_second_supplement_is_held_against_the_first(company_a: Pair) -> None:
    filed(company_a)
    filed(
        company_a,
        changed(
            ("<ct23>8532759485", "<ct23>8532759486"),
            ("<loaiTKhai>C<", "<loaiTKhai>B<"),
            ("<soLan>0<", "<soLan>1<"),
        ),
        supplement=1,
    )
    draft = opened(company_a, "2026-05", "B")
    found = supplement_of(corrected(company_a, draft, _23=8532759490), ON)
    assert found is not None
    assert found.ret.header["soLan"] == "2"
    assert [(each.cell, each.declared, each.corrected) for each in found.differences] == [
        ("23", 8532759486, 8532759490)
    ]


def test_a_draft_that_changes_nothing_is_not_filled(company_a: Pair) -> None:
    filed(company_a)
    draft = opened(company_a, "2026-05", "B")
    outcome = fill_supplement(user=company_a[0], draft=draft, revision=draft.revision)
    assert [item.code for item in outcome.findings] == ["SUPP-NOTHING"]
    draft.refresh_from_db()
    assert draft.revision == 1


@pytest.mark.error("DRAFT-NO-FIRST")
def test_a_first_return_has_no_supplement_to_fill(company_a: Pair) -> None:
    draft = opened(company_a)
    assert supplement_of(draft, ON) is None
    outcome = fill_supplement(user=company_a[0], draft=draft, revision=1)
    assert [item.code for item in outcome.findings] == ["DRAFT-NO-FIRST"]


def test_only_who_acts_for_the_taxpayer_fills_its_draft(company_a: Pair, company_b: Pair) -> None:
    filed(company_a)
    draft = opened(company_a, "2026-05", "B")
    with pytest.raises(PermissionDenied):
        fill_supplement(user=company_b[0], draft=draft, revision=1)


def test_a_stale_revision_is_not_overwritten(company_a: Pair) -> None:
    filed(company_a)
    draft = opened(company_a, "2026-05", "B")
    newer = corrected(company_a, draft, _23=draft.data["values"]["23"] + 7)
    outcome = fill_supplement(user=company_a[0], draft=newer, revision=draft.revision)
    assert [item.code for item in outcome.findings if item.code.startswith("DRAFT")] == ["DRAFT-STALE"]
