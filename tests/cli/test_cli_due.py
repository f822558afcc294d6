"""khaithue due: the last day to file."""

import pytest

from tests.cli.cli_runs import khaithue


@pytest.mark.near_miss("CLI-DUE-PROVISIONAL", "CLI-PERIOD")
def test_the_first_quarter_of_2026_is_due_on_4_may_after_the_holidays() -> None:
    said = khaithue("due", "01/GTGT", "2026-Q1")
    assert (said.code, said.out.splitlines()[0]) == (0, "2026-05-04")
    document = khaithue("due", "01/gtgt", "2026-q1", "--json").json
    assert (document["ok"], document["due"], document["nominal"]) == (True, "2026-05-04", "2026-04-30")
    assert [off["day"] for off in document["moved_because"]] == [
        "2026-04-30", "2026-05-01", "2026-05-02", "2026-05-03",
    ]  # fmt: skip
    assert "Điều 44" in document["law"]


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("01/GTGT", "2026-13"), "CLI-PERIOD"),
        (("01/GTGT", "tháng năm"), "CLI-PERIOD"),
        (("01/GTGT", "9999-12"), "CLI-PERIOD"),
        (("01/GTGT", "0000-01"), "CLI-PERIOD"),
        (("01/GTGT", "2025"), "PERIOD-KIND"),
        (("99/XYZ", "2026-Q1"), "UNKNOWN-FORM"),
        (("01/GTGT", "2026-Q1", "--event", "hôm qua"), "CLI-DATE"),
    ],
)
def test_what_has_no_deadline_is_unusable(args: tuple[str, ...], code: str) -> None:
    said = khaithue("due", *args, "--json")
    assert (said.code, said.codes) == (2, [code])


@pytest.mark.error("CLI-DUE-PROVISIONAL")
def test_a_date_that_the_calendar_may_still_move_says_so() -> None:
    said = khaithue("due", "01/GTGT", "2035-01", "--json")
    assert (said.code, said.codes, said.json["provisional"]) == (0, ["CLI-DUE-PROVISIONAL"], True)
    assert khaithue("due", "01/GTGT", "2026-Q1", "--json").json["provisional"] is False


@pytest.mark.near_miss("UNKNOWN-FORM")
def test_a_code_is_known_whatever_its_capitals() -> None:
    for code in ("BC26/AC (quý)", "bc26/ac (QUÝ)"):
        told = khaithue("due", code, "2019-Q1", "--json").json
        assert (told["code"], told["due"]) == ("BC26/AC (quý)", "2019-05-02")


def test_a_paper_without_a_due_day_is_answered_with_the_reason() -> None:
    said = khaithue("due", "01/QĐHT", "2021-05-20", "--json")
    assert (said.code, said.codes) == (2, ["NO-DUE-DATE"])
    assert "issued by the tax office" in said.json["findings"][0]["message"]["en"]


@pytest.mark.near_miss("CLI-DATE")
def test_a_day_counted_from_a_decision_needs_the_day_of_the_decision() -> None:
    assert khaithue("due", "05/DS-TNCN", "2021", "--json").codes == ["EVENT-NEEDED"]
    assert (
        khaithue("due", "05/DS-TNCN", "2021", "--event", "2021-06-01", "--json").json["due"] == "2021-07-16"
    )
