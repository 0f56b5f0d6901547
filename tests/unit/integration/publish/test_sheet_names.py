from hypothesis import given
from hypothesis import strategies as st

from integration.publish.summary import sheet_names


def test_a_plain_title_is_the_name() -> None:
    assert sheet_names(["Time and barriers"]) == ("Time and barriers",)


def test_what_excel_refuses_is_left_out() -> None:
    assert sheet_names(["Needs: met / [or] not?", "Families' view", ""]) == (
        "Needs met or not",
        "Families\u2019 view",
        "Sheet",
    )


def test_names_that_would_be_the_same_are_told_apart() -> None:
    long = "What families say about the help that they get"
    assert sheet_names([long, long, "notes", "HEADLINES"]) == (
        "What families say about the hel", "What families say about the h 2", "notes 2", "HEADLINES 2",
    )  # fmt: skip


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_titles_give_names_that_excel_takes(titles: list[str]) -> None:
    names = sheet_names(titles)
    assert len({name.casefold() for name in names}) == len(titles)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
