from __future__ import annotations

from datetime import date

from integration.model import WorkItem
from integration.pack import build_content
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import JULY, JUNE, content, shown


def _change(title: str, done: date) -> WorkItem:
    return WorkItem("small_change", title, title, "Elm", "Implemented", "", None, None, done)


def test_changes_tell_what_was_done_since_the_end_of_the_month_before() -> None:
    assert content().changes == (
        (
            "2 small changes were implemented: \u201cFamilies choose the time of visits\u201d (Elm) and "
            "\u201cChronology kept as you go\u201d (Elm)."
        ),
        "1 milestone was reached: \u201cFirst learning day with families\u201d.",
        "1 action was closed: \u201cFree eight laptops from the pool\u201d.",
        "The month's review meeting was held.",
    )


def test_at_most_three_are_named_and_the_others_counted() -> None:
    things = [_change(f"Change {day}", date(2022, 7, day)) for day in range(1, 7)]
    assert content(things=things).changes[0] == (
        "6 small changes were implemented: \u201cChange 1\u201d (Elm), \u201cChange 2\u201d (Elm), "
        "\u201cChange 3\u201d (Elm) and 3 more."
    )


def test_the_last_day_of_the_month_before_belongs_to_that_month() -> None:
    things = [_change("On the last day of June", JUNE), _change("On the last day of July", JULY)]
    assert content(things=things).changes[0].startswith("1 small change was implemented: \u201cOn the last day of July")


def test_a_survey_round_that_ended_is_named() -> None:
    pack = content(month="2022-05", as_of=date(2022, 5, 31), before=date(2022, 4, 30))
    assert "The survey round has ended: Test and learn, first round." in pack.changes


def test_a_month_in_which_nothing_happened_says_so() -> None:
    quiet = shown(JULY, things=())
    pack = build_content(
        settings=settings(), authority="northbrook", month="2022-07", now=quiet, before=quiet, version=1
    )
    assert pack.changes == ("Nothing new is recorded.",)
