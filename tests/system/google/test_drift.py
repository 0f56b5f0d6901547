"""The form or the sheet itself changes: said by name, with the line of YAML; the job goes on with what can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.system.google.story import questions

if TYPE_CHECKING:
    from tests.system.google.story import Story


def item(story: Story, key: str, field: str) -> dict[str, Any]:
    """Return the item of a form that asks for a field; a test may change it."""
    wanted = questions(story.config / "forms" / f"{key}.yaml")[field]
    items: list[dict[str, Any]] = story.google.forms[story.form(key)].form["items"]
    return next(each for each in items if each.get("questionItem", {}).get("question", {}).get("questionId") == wanted)


def told(story: Story, *words: str) -> str:
    """Run sync, and return the one notice that has these words; status says the same."""
    out = story.sync().out
    (notice,) = [line for line in out.splitlines() if all(word in line for word in words)]
    assert notice in story.run("status").out
    return notice


def line_of(story: Story, notice: str, file: str) -> str:
    """Return the line of YAML that a notice points at."""
    found = re.search(rf"{re.escape(file)}:(\d+)", notice)
    assert found, notice
    return (story.config / file).read_text(encoding="utf-8").splitlines()[int(found[1]) - 1]


def test_a_reworded_question_is_told_and_its_answers_still_read(story: Story) -> None:
    item(story, "pulse", "ownership")["title"] = "I own what we change"
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    notice = told(story, "ownership", "“I own what we change”")
    assert "I feel ownership of the changes" in line_of(story, notice, "forms/pulse.yaml")
    story.publish()
    assert [row["ownership"] for row in story.rows("pulse") if row["response_id"] == "new"] == [4]


def test_a_new_question_is_told(story: Story) -> None:
    asks = {"question": {"questionId": "0badcafe", "textQuestion": {}}}
    story.google.forms[story.form("pulse")].form["items"].append(
        {"itemId": "1", "title": "And tea?", "questionItem": asks}
    )
    notice = told(story, "“And tea?”", "0badcafe")
    assert "fields" in line_of(story, notice, "forms/pulse.yaml")


def test_a_question_that_is_gone_is_told_and_its_field_keeps_what_it_had(story: Story) -> None:
    def kept() -> list[object]:
        return [row["going_well"] for row in story.rows("pulse") if row["response_id"] != "new"]

    before = kept()
    assert any(before)
    gone = item(story, "pulse", "going_well")
    story.google.forms[story.form("pulse")].form["items"].remove(gone)
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    notice = told(story, "going_well", "no longer")
    assert "going_well" in line_of(story, notice, "forms/pulse.yaml")
    story.publish()
    assert kept() == before


def test_changed_options_are_told(story: Story) -> None:
    options = item(story, "families", "may_quote")["questionItem"]["question"]["choiceQuestion"]["options"]
    options.append({"value": "Only in part"})
    notice = told(story, "may_quote", "“Only in part”")
    assert re.search(r"families\.yaml:\d+", notice)
    options[:] = [each for each in options if each.get("value") not in {"Only in part", "No"}]
    assert re.search(r"families\.yaml:\d+", told(story, "may_quote", "“No”"))


def test_what_is_put_right_is_no_longer_told(story: Story) -> None:
    asked = item(story, "pulse", "in_the_way")
    asked["title"], title = "What was hard?", asked["title"]
    told(story, "in_the_way", "“What was hard?”")
    asked["title"] = title
    assert "the question now reads" not in story.sync().out


def heading(story: Story, words: str) -> tuple[str, int]:
    """Return the letter of the column of the small changes with this heading, and its place from 0."""
    headings = [str(cell).strip() for cell in story.google.values(story.register, "Small changes")[0]]
    place = headings.index(words)
    return chr(ord("A") + place), place


def test_a_column_that_was_deleted_is_told_and_its_field_keeps_what_it_had(story: Story) -> None:
    before = [row["owner"] for row in story.rows("small_changes")]
    assert any(before)
    story.google.person.delete_column(story.register, "Small changes", heading(story, "Owner")[0])
    notice = told(story, "small_changes", "“Owner”")
    assert "Owner" in line_of(story, notice, "sheets/small_changes.yaml")
    story.publish()
    assert [row["owner"] for row in story.rows("small_changes")] == before


def test_a_doubled_and_a_blank_heading_are_told_and_never_an_exception(story: Story) -> None:
    before = story.rows("small_changes")
    width = len(story.google.values(story.register, "Small changes")[0])
    letter, extra = chr(ord("A") + width), chr(ord("A") + width + 1)
    story.google.person.paste(story.register, "Small changes", f"{letter}1", [["Owner"], ["somebody else"]])
    story.google.person.type(story.register, "Small changes", f"{extra}3", "no heading above")
    out = story.sync().out
    assert re.search(r"“Owner” \(.*sheets/small_changes\.yaml:\d+\) stands over column", out)
    assert f"Column {extra} has values and no heading" in out
    story.publish()
    assert story.rows("small_changes") == before


def test_a_heading_that_was_erased_is_told_by_its_column(story: Story) -> None:
    before = story.rows("small_changes")
    letter, _ = heading(story, "Owner")
    story.google.person.type(story.register, "Small changes", f"{letter}1", "")
    notice = told(story, "“Owner”", f"column {letter}")
    assert "Owner" in line_of(story, notice, "sheets/small_changes.yaml")
    story.publish()
    assert story.rows("small_changes") == before


def test_columns_and_rows_that_moved_change_nothing(story: Story) -> None:
    before = story.rows("small_changes")
    person, letter = story.google.person, heading(story, "Owner")[0]
    person.move_column(story.register, "Small changes", letter, to="A")
    person.insert_row(story.register, "Small changes", 3)
    person.insert_column(story.register, "Small changes", "C", ["Our own column"])
    assert "nothing to do" in told(story, "small_changes", "“Owner” moved")
    story.publish()
    assert story.rows("small_changes") == before


def test_a_tab_that_was_renamed_and_moved_is_read_all_the_same_and_told(story: Story) -> None:
    person = story.google.person
    person.rename_tab(story.register, "Small changes", "What we changed")
    person.move_tab(story.register, "What we changed", 3)
    notice = told(story, "“Small changes”", "“What we changed”")
    assert "Small changes" in line_of(story, notice, "sheets/small_changes.yaml")
    assert story.sync().out.endswith("sync: nothing new\n")


def test_another_tab_never_stands_in_for_one_that_is_gone(story: Story) -> None:
    before = story.rows("teams")
    story.google.person.delete_tab(story.register, "Teams")
    story.google.person.add_tab(story.register, "Old teams", [["Team", "From"], ["Elm", "2021-09-06"]])
    assert "teams" in story.sync(code=1).err
    story.publish()
    assert story.rows("teams") == before
