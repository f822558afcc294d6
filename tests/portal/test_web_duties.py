"""What the dashboard says is due."""

from datetime import date

import pytest

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.models import Filing
from khaithue.portal.web.duties import tasks
from tests.portal.test_drafts import filed, opened
from tests.returns.announced import DAY, announce

Pair = tuple[User, Taxpayer]


def due(pair: Pair, today: date) -> list[tuple[str, str, date]]:
    return [(task.form_code, str(task.period), task.due) for task in tasks(pair[1], today)]


def test_an_organisation_sees_vat_and_wage_withholding_of_the_period_just_over(company_a: Pair) -> None:
    assert due(company_a, date(2026, 5, 2)) == [
        ("01/GTGT", "2026-03", date(2026, 4, 20)),
        ("05/KK-TNCN", "2026-03", date(2026, 4, 20)),
        ("01/GTGT", "2026-04", date(2026, 5, 20)),
        ("05/KK-TNCN", "2026-04", date(2026, 5, 20)),
    ]


def test_the_finalisation_is_due_by_the_end_of_march(company_a: Pair) -> None:
    assert ("05/QTT-TNCN", "2025", date(2026, 3, 31)) in due(company_a, date(2026, 3, 2))


def test_a_form_filed_by_quarter_is_due_by_quarter(company_a: Pair) -> None:
    filed(company_a, period="2025-Q4")
    assert [item[:2] for item in due(company_a, date(2026, 5, 2)) if item[0] == "01/GTGT"] == [
        ("01/GTGT", "2026-Q1")
    ]


def test_a_form_filed_before_is_due_again_and_one_never_filed_is_not(company_a: Pair) -> None:
    day = date(2026, 5, 2)
    assert "04/GTGT" not in {item[0] for item in due(company_a, day)}
    filing = filed(company_a, period="2026-03")
    Filing.objects.filter(pk=filing.pk).update(form_code="04/GTGT")
    assert ("04/GTGT", "2026-04", date(2026, 5, 20)) in due(company_a, day)


def test_a_draft_on_a_form_no_longer_taken_is_not_the_draft_of_the_task(
    company_a: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(company_a, period="2026-10")
    draft = opened(company_a, "2026-11")

    def of_november() -> list[object]:
        found = tasks(company_a[1], DAY)
        return [task.draft for task in found if (task.form_code, str(task.period)) == ("01/GTGT", "2026-11")]

    assert of_november() == [draft]
    announce(monkeypatch)
    assert of_november() == [None]
