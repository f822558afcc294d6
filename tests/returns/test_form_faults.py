"""A bad form file says everything that is wrong with it, with file and line, before anybody uses it."""

import pytest

from tests.returns.toy_return import TEXT, faults, line_of


def changed(old: str, new: str) -> tuple[list[str], int]:
    """The messages after one change of the toy form, and the line of the change."""
    assert TEXT.count(old) == 1, old
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    return faults(TEXT.replace(old, new)), line


def test_the_toy_form_is_sound() -> None:
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"round([23] * [24] / 100)"',
            '"round([23] * [99] / 100)"',
            "[25] calc: column 14: there is no box [99]",
        ),
        (
            '"round([23] * [24] / 100)"',
            '"[23] * [24] / 100"',
            "a decimal number, the box takes a whole number",
        ),
        (
            '"round([23] * [24] / 100)"',
            '"[23] / 3"',
            "gives a fraction, the box takes a whole number: round it first",
        ),
        ('"round([23] * [24] / 100)"', '"[21]"', "[25] calc: gives a flag, the box takes a whole number"),
        ('"round([23] * [24] / 100)"', '"[23] + [21]"', "column 8: a number is wanted, not a flag"),
        ('"round([23] * [24] / 100)"', '"[23] + * 2"', "[25] calc: column 8: unexpected '*'"),
        ('"round([23] * [24] / 100)"', '"round([23]"', "column 11: the formula ends too early"),
        ('"round([23] * [24] / 100)"', '"[23] * 1.5"', "column 9: unexpected '.'"),
        ('"round([23] * [24] / 100)"', '"floor([23])"', "column 1: there is no function floor"),
        ('"round([23] * [24] / 100)"', '"max([23])"', "max is written max(a, b, …)"),
        ('"round([23] * [24] / 100)"', '"round([23] * rate(vat))"', "column 14: there is no rate vat"),
        ('"round([23] * [24] / 100)"', '"round(scale(pit, [23]))"', "column 7: there is no scale pit"),
        ('"round([23] * [24] / 100)"', '"sum(crowd[3])"', "there is no table crowd"),
        ('"round([23] * [24] / 100)"', '"sum(people[4])"', "there is no column people[4]"),
        ('"round([23] * [24] / 100)"', '"sum(people[1])"', "a sum is made of numbers, people[1] is a text"),
        ('"round([23] * [24] / 100)"', '"people[3]"', "people[3] is a column: ask for its sum or count"),
        ('"round([23] * [24] / 100)"', '"up[3]"', "there is no part up"),
        ('"round([23] * [24] / 100)"', '"PL_B[9]"', "there is no part PL_B"),
        ('"round([23] * [24] / 100)"', '"previous([43])"', "previous() stands in a prefill only"),
        (
            '"round([23] * [24] / 100)"',
            '"row"',
            "row stands in a column or in a check of rows",
        ),
        ('"round([23] * [24] / 100)"', '"count(people where row > 1)"', "column 20: row stands in a column"),
        ('"round([23] * [24] / 100)"', '"blank"', "blank stands in one branch of an if, alone"),
        ('"round([23] * [24] / 100)"', '"if([21], blank, blank)"', "column 17: blank stands in one branch"),
        ('"round([23] * [24] / 100)"', '"[23] + blank"', "blank stands in one branch of an if, alone"),
        ('"round([23] * [24] / 100)"', '"period_start"', "gives a date, the box takes a whole number"),
        (
            '"round([23] * [24] / 100)"',
            '"count(people where repeated([2]))"',
            "repeated() stands in a check only",
        ),
        ('"[3] >= sum(kids[2])"', '"repeated(3)"', "repeated is written repeated([column], …)"),
        ('"[3] >= sum(kids[2])"', '"overlapping([1], [3])"', "overlapping is written overlapping([column]"),
        ('"[3] >= sum(kids[2])"', '"overlapping([1], [3], [3])"', "a time goes from a date to a date"),
        ('"[3] >= sum(kids[2])"', '"repeated(form[23])"', "[23] is no column of people"),
        ('"[3] >= sum(kids[2])"', '"repeated([9])"', "there is no box"),
        ('"[22] <= [23] or not present([23])"', '"repeated([23])"', "repeated() asks about a row"),
        ('"[2] <= up[3]"', '"repeated(up[2])"', "up[2] is no column of kids"),
        ('"round([23] * [24] / 100)"', '"if([04] > 3, 1, 2)"', "a text is compared with a whole number"),
        ('"round([23] * [24] / 100)"', "\"if([04] > 'x', 1, 2)\"", "column 11: unexpected"),
        ('"round([23] * [24] / 100)"', '"if([23], 1, 2)"', "a condition is wanted, not a whole number"),
        (
            '"round([23] * [24] / 100)"',
            '"sum(people[3] where count(kids) > 0)"',
            "does not stand inside a where",
        ),
        ('"round([23] * [24] / 100)"', '"people"', "people stands alone"),
        (
            '"round([23] * 100 / [26]) / 100"',
            '"[23] / [26]"',
            "gives a fraction, the box takes a decimal number",
        ),
        ('"max(0, [22] - [25] - PL_A[9])"', '"[43] + 1"', "the boxes wait for one another: [43] → [43]"),
        (
            'rule = "[22] <= [23] or not present([23])"',
            'rule = "[22] - [23]"',
            "TOY-22 rule: gives a whole number",
        ),
        ('rule = "[3] >= sum(kids[2])"', 'rule = "[3] >= [7]"', "there is no box [7]"),
        ('each = "kids"', 'each = "cats"', "there is no table cats"),
        ('cell = "22", law', 'cell = "92", law', "TOY-22 cell: no box 92"),
        ('cell = "43"', 'cell = "93"', "links: there is no box 93"),
        ('["2", "Thuế", "25"]', '["2", "Thuế", "95"]', "rows: there is no box 95"),
        ('[["", "Tổng", "9"]]', '[["", "Tổng", "8"]]', "print: there is no box 8"),
        ('xml = "ct22"', 'xml = "ct92"', "[22] xml: the outline has no leaf ct92"),
        ('xml = "ct22"', 'xml = "ct23"', "[23] xml: the element ct23 is bound to [22] already"),
        ('xml = "ct22", ', "", "[22] a box to fill in without an xml path"),
        ('xml = "luong", ', "", "[3] a column to fill in without an xml path"),
        ('xml = "Con"', 'xml = "Chau"', "the outline has no repeated element DanhSach/Nguoi/Chau"),
        ('default = "00"', 'default = "02"', "default: '02' is not among the choices"),
        ('kind = "date"', 'kind = "day"', "kind is one of money, count, number"),
        ('kind = "month"', 'kind = "month", colour = "red"', "there is no key colour here"),
        ("min = 0 }\n23", 'min = "0" }\n23', "min is not a int"),
        ('parent = "people"', 'parent = "cats"', "PL_A has no table cats"),
        ('period = ["month", "quarter"]', 'period = ["week"]', "there is no period of kind week"),
        ('header_style = "phuongXa"', 'frame = "letter"', "frame is one of return, notice, registration"),
        ('title = "TỜ KHAI THỬ"\n', "", "title is missing"),
        ('prefill = "previous([43])"', 'prefill = "previous([93])"', "there is no box [93]"),
        (
            'calc = "count(people)"',
            'calc = "count(people)", default = "1"',
            "it has no prefill and no default",
        ),
    ],
)
def test_a_fault_is_said_with_its_line(old: str, new: str, said: str) -> None:
    messages, line = changed(old, new)
    about = [message for message in messages if said in message]
    assert about, messages
    if "is missing" not in said and "bound to" not in said:
        assert about[0].startswith(f"toy.toml:{line}: "), about


def test_a_box_bound_twice_is_said_at_the_second() -> None:
    messages, line = changed('xml = "ct22"', 'xml = "ct23"')
    assert f"toy.toml:{line + 1}: [23] xml: the element ct23 is bound to [22] already" in messages


def test_a_leaf_of_the_outline_without_a_box_is_said_at_its_line() -> None:
    messages, line = changed("ct43\n", "ct43\nct44\n")
    assert messages == [f"toy.toml:{line + 1}: outline: the element ct44 is bound to no box"]


def test_a_repeated_element_without_a_table_is_said_at_its_line() -> None:
    messages, line = changed("  hoatDong\n", "  hoatDong*\n")
    assert f"toy.toml:{line}: outline: the repeated element Dau/hoatDong is no table's" in messages


def test_a_badly_indented_outline_is_said_at_its_line() -> None:
    messages, line = changed("\ntong\n", "\n   tong\n")
    assert any(
        message.startswith(f"toy.toml:{line + 1}: outline: cannot read 'tong'") for message in messages
    )


def test_a_table_nobody_uses_is_said() -> None:
    unused = (
        TEXT.replace("- sum(kids[2])", "")
        .replace("[3] >= sum(kids[2])", "[3] >= 0")
        .replace('"kids"', '"people"')
    )
    unused = unused.replace("[2] <= up[3]", "[3] > 0").replace('cell = "kids[2]"', 'cell = "3"')
    line = line_of(unused, "[appendices.PL_A.tables.kids]")
    assert faults(unused) == [f"toy.toml:{line}: table kids: no formula and no check uses it"]


def test_a_longer_cycle_names_its_boxes() -> None:
    messages, _ = changed('"count(people)"', '"count(people where [3] > form[27])"')
    assert messages[-1].endswith("[26] → [27] → [26]")


def test_a_malformed_file_is_said_with_its_line() -> None:
    messages, line = changed('kind = "flag"', "kind = flag")
    assert messages[0].startswith(f"toy.toml:{line}: ")


def test_a_key_given_twice_is_said_with_its_line() -> None:
    messages, line = changed("\n23 = {", "\n22 = {")
    assert messages[0].startswith(f"toy.toml:{line + 1}: ")


def test_all_faults_are_said_at_once_in_the_order_of_the_lines() -> None:
    broken = TEXT.replace("[24] / 100", "[98] / 100").replace("[22] - [25]", "[97] - [96]")
    messages = faults(broken)
    assert [message.rsplit(" ", 1)[1] for message in messages] == ["[98]", "[97]", "[96]"]


@pytest.mark.parametrize(
    ("paragraph", "said"),
    [
        ('"Số thuế là {25} đồng."', ""),
        ('"Số thuế là {95} đồng."', "letter: there is no box 95"),
        ('"Số thuế là {25 đồng."', "letter: cannot read the place in 'Số thuế là {25 đồng.'"),
        ('"## THÔNG BÁO"', ""),
        ('{ when = "21", text = "Được giảm." }', ""),
        ('{ when = "91", text = "Được giảm." }', "letter when: there is no box 91"),
        ('{ when = "21" }', "text is missing"),
        ('{ when = "21", text = "a", colour = "red" }', "there is no key colour here"),
        ("7", "letter is a list of texts and tables"),
        ('"{table people}"', "letter: the main part has no table people"),
    ],
)
def test_a_letter_asks_only_for_boxes_and_tables_there_are(paragraph: str, said: str) -> None:
    old = "[layout]\n"
    messages, line = changed(old, f"[layout]\nletter = [{paragraph}]\n")
    assert [message for message in messages if said not in message] == []
    assert bool(messages) == bool(said)
    assert all(message.startswith(f"toy.toml:{line + 1}: ") for message in messages)
