# ruff: noqa: E501  # a table reads best with one case a line
"""From a form to its YAML: types guessed from how it is asked, and a file that passes every check as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import SecretMissing
from config.load import load
from config.marked import Keys, as_plain, read_marked
from config.schema import GridField
from integration.errors import CallError, SourceError
from integration.model import Asks, Question
from jobs.scaffold import scaffold
from jobs.scaffold.fields import guess_fields
from jobs.scaffold.guess import Guess, LeftOut
from jobs.scaffold.labels import one_line
from jobs.scaffold.names import short_name
from jobs.scaffold.scalar import scalar
from jobs.scaffold.text import form_text
from jobs.scaffold_command import scaffold_command
from tests.config.folder import SHIPPED, Folder
from tests.jobs.commands import SAMPLE

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Form

SETTINGS = load(SHIPPED)
AGREE = SETTINGS.programme.likert5
TEAMS = Question("t1", "Which team are you in?", Asks.DROP_DOWN, ("Elm", "Team Oak", "Rowan", "Birch"))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "programme")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("any") / "programme")


def nobody(form_id: str) -> bytes:
    raise AssertionError(f"asked Google for {form_id}")


def guess(*questions: Question) -> list[Guess | LeftOut]:
    """Return the guesses for these questions of a form that asks for the team as it should."""
    return guess_fields((TEAMS, *questions), SETTINGS.programme)[1:]


def only(*questions: Question) -> Guess:
    (guessed,) = guess(*questions)
    assert isinstance(guessed, Guess)
    return guessed


def form(title: str, *questions: dict[str, Any]) -> bytes:
    """Return a form as forms.get gives it, with a question for the team."""
    team = {"questionId": "t1", "choiceQuestion": {"type": "RADIO", "options": [{"value": "Elm"}]}}
    items = [{"title": "Your team", "questionItem": {"question": team}}]
    items += [{"title": f"Question {q['questionId']}", "questionItem": {"question": q}} for q in questions]
    return json.dumps({"formId": "f1", "info": {"title": title}, "items": items}).encode()


def types_by_id(read: Form) -> dict[str | None, str]:
    types: dict[str | None, str] = {}
    for field in read.fields:
        ids = [row.id for row in field.rows.values()] if isinstance(field, GridField) else [field.id]
        types |= dict.fromkeys(ids, field.type)
    return types


@pytest.mark.parametrize("key", ["pulse", "time_and_barriers", "families", "change_idea"])
def test_a_form_of_the_sample_gets_the_types_that_people_gave_it(folder: Folder, key: str) -> None:
    done = scaffold(SETTINGS, folder.path, str(SAMPLE / "forms" / key / "form.json"), fetch=nobody)
    read = folder.load().forms
    assert types_by_id(read[done.path.stem]) == types_by_id(read[key])
    assert read[done.path.stem].title == read[key].title
    assert [(f.question, f.required) for f in read[done.path.stem].fields] == [
        (f.question, f.required) for f in read[key].fields
    ]


def test_the_file_is_ready_to_edit(folder: Folder) -> None:
    done = scaffold(SETTINGS, folder.path, str(SAMPLE / "forms" / "pulse" / "form.json"), key="again", fetch=nobody)
    text = done.path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    schema = first.removeprefix("# yaml-language-server: $schema=")
    assert (done.path.parent / schema).resolve() == SHIPPED.parent / "schemas" / "form.schema.json"
    assert "asks: staff   # check: staff, or families\n" in text
    assert (
        "  # check: a number is guessed from the words; if people write words, type: text\n  - name: hours_spent"
        in text
    )
    assert (
        done.in_words()
        == f"Wrote {done.path}: 9 fields. Read it through (4 to check: see “check”), then run python -m jobs check."
    )
    assert text.count("check: ") == 4


LABELS = st.sampled_from(
    ["Elm", "Other", "other ", "Prefer not to say", "Northbrook", "No", "null", "12", "a: b", "# x", "'", "- y", *AGREE]
) | st.text(max_size=12)
WORDS = st.sampled_from(
    [
        "Your team",
        "Which team are you in?",
        "Your code",
        "team",
        "How many hours a week?",
        "phase",
        "",
        "What?",
        "x [y]",
    ]
) | st.text(max_size=30)
IDS = st.sampled_from(["a1", "A1", "00112233", "1e10", "true", "", "~"]) | st.text(
    "0123456789abcdef", min_size=8, max_size=8
)


@st.composite
def groups(draw: st.DrawFn) -> list[Question]:
    """Give one question asked in any way, or the rows of a grid."""
    ways = {
        "asks": draw(st.sampled_from(Asks)),
        "options": tuple(draw(st.lists(LABELS, max_size=7))),
        "other": draw(st.booleans()),
        "low": draw(st.none() | st.integers(0, 1)),
        "high": draw(st.none() | st.integers(0, 10)),
        "required": draw(st.booleans()),
    }
    words = draw(WORDS)
    if draw(st.booleans()):
        return [Question(draw(IDS), words, **ways)]
    return [
        Question(draw(IDS), f"{words} [{row}]", grid=words, **ways)
        for row in draw(st.lists(LABELS, min_size=1, max_size=4))
    ]


@settings(max_examples=150, deadline=None)
@given(title=st.text(max_size=20), asked=st.lists(groups(), max_size=7))
def test_any_form_passes_every_check_as_it_is(shared: Folder, title: str, asked: list[list[Question]]) -> None:
    guesses = guess_fields([question for group in asked for question in group], SETTINGS.programme)
    shared.write("forms/any_form.yaml", form_text(one_line(title) or "x", guesses, schema="x.json"))
    read = shared.load().forms["any_form"]
    assert len(read.fields) == sum(isinstance(guess, Guess) for guess in guesses)


@given(text=st.text())
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    written = f"a: {scalar(text)}   # remark\n"
    tree, problems = read_marked("f", written.encode())
    assert not problems
    assert isinstance(tree, Keys)
    assert as_plain(tree) == {"a": text}


@pytest.mark.parametrize("text", ["12345678", "1e345678", "0x12", "true", "null", "-5", "~", "", "12.", "1_000"])
def test_a_text_that_looks_like_a_number_stays_a_text_in_an_editor(text: str) -> None:
    assert yaml.safe_load(f"a: {scalar(text)}") == {"a": text}


@pytest.mark.parametrize(
    ("question", "kind", "more"),
    [
        (Question("a", "A", Asks.RADIO, tuple(reversed(AGREE))), "likert5", {}),
        (Question("a", "A", Asks.DROP_DOWN, (*AGREE, "Prefer not to say")), "likert5", {"no_answer": ("Prefer not to say",)}),
        (Question("a", "A", Asks.RADIO, (*AGREE, "Not applicable")), "likert5", {"no_answer": ("Not applicable",)}),
        (Question("a", "A", Asks.CHECKBOX, AGREE), "choices", {"options": AGREE}),
        (Question("a", "A", Asks.RADIO, AGREE[:4]), "choice", {"options": AGREE[:4]}),
        (Question("a", "A", Asks.CHECKBOX, ("Travel", " travel", "Duty\tsystem", "Other"), other=True), "choices", {"other": True, "options": ("Travel", "Duty system")}),
        (Question("a", "A", Asks.RADIO, ("Yes", "No", "I’d rather not say")), "choice", {"options": ("Yes", "No"), "no_answer": ("I’d rather not say",)}),
        (Question("a", "A", Asks.RADIO, ("Prefer not to say",)), "choice", {"options": ("Prefer not to say",)}),
        (Question("a", "A", Asks.RADIO, other=True), "text", {}),
        (Question("a", "A", Asks.SCALE, low=0, high=10), "scale", {"low": 0, "high": 10}),
        (Question("a", "A", Asks.RATING, low=1, high=5), "scale", {"low": 1, "high": 5}),
        (Question("a", "A", Asks.SCALE, low=3, high=3), "text", {}),
        (Question("a", "A", Asks.DATE), "date", {}),
        (Question("a", "A", Asks.TIME), "text", {}),
        (Question("a", "A", Asks.UNKNOWN), "text", {}),
        (Question("a", "Hours you worked last week", Asks.TEXT), "number", {"minimum": 0, "maximum": 168, "unit": "hours"}),
        (Question("a", "How many families?", Asks.TEXT), "number", {"minimum": 0}),
        (Question("a", "How many families, and why?", Asks.PARAGRAPH), "text", {}),
        (Question("a", "Your code", Asks.TEXT), "code", {}),
        (Question("a", "Your post code", Asks.TEXT), "text", {}),
    ],
)  # fmt: skip
def test_the_type_follows_from_how_it_is_asked(question: Question, kind: str, more: dict[str, object]) -> None:
    guessed = only(question)
    assert (guessed.type, dict(guessed.more)) == (kind, more)


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        (
            Question("a", "A", Asks.RADIO, ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")),
            "labels",
        ),
        (Question("a", "A", Asks.RADIO, (*AGREE, "Not applicable")), "“Not applicable”"),
        (Question("a", "A", Asks.RADIO, ("Northbrook", "Southmere")), "the team, which says"),
        (Question("a", "How many families?", Asks.TEXT), "a number is guessed"),
        (Question("a", "Your code", Asks.TEXT), "taken for the person's own code"),
        (Question("a", "A", Asks.TIME), "kept as it is written"),
    ],
)
def test_a_guess_says_what_to_check(question: Question, remark: str) -> None:
    assert remark in only(question).remark


def test_only_one_question_is_the_code() -> None:
    first, second = guess(Question("a", "Your code", Asks.TEXT), Question("b", "The code again", Asks.TEXT))
    assert isinstance(first, Guess)
    assert isinstance(second, Guess)
    assert (first.type, second.type) == ("code", "text")


def rows(asks: Asks, options: tuple[str, ...]) -> list[Question]:
    return [
        Question(f"r{n}", f"How much? [{label}]", asks, options, grid="How much?")
        for n, label in enumerate(["Recording", "Travel"])
    ]


def test_the_rows_of_a_grid_are_one_field() -> None:
    grid = only(*rows(Asks.RADIO, ("A little", "A lot")))
    assert (grid.type, grid.words, dict(grid.more)) == ("grid", "How much?", {"options": ("A little", "A lot")})
    assert [(row.id, row.label) for row in grid.rows] == [("r0", "Recording"), ("r1", "Travel")]


@pytest.mark.parametrize(
    ("asks", "options", "kind"), [(Asks.RADIO, AGREE, "likert5"), (Asks.CHECKBOX, ("A little", "A lot"), "choices")]
)
def test_rows_that_a_grid_cannot_hold_are_fields_of_their_own(asks: Asks, options: tuple[str, ...], kind: str) -> None:
    guesses = guess(*rows(asks, options))
    assert [(g.type, g.words) for g in guesses if isinstance(g, Guess)] == [
        (kind, "How much? [Recording]"),
        (kind, "How much? [Travel]"),
    ]
    text = form_text("T", guesses, schema="x")
    assert re.findall(r"- name: (\w+)", text) == ["recording", "travel"]


def test_a_file_upload_is_left_out_and_said() -> None:
    (left,) = guess(Question("a", "Your\nphoto", Asks.FILE))
    assert "  # check: “Your photo” is left out: a file cannot be read; it stays with the form\n" in form_text(
        "T", [left], schema="x"
    )


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        (TEAMS, ""),
        (Question("a", "Where do you work?", Asks.RADIO, ("elm", "Oak team", "Prefer not to say")), ""),
        (
            Question("a", "Which team are you in?", Asks.RADIO, ("Elm", "Ash")),
            "in programme.yaml these are no team, nor an alias of one: “Ash”",
        ),
        (
            Question("a", "Which is your team?", Asks.DROP_DOWN, ("Ash", "Yew")),
            "in programme.yaml these are no team, nor an alias of one: “Ash”, “Yew”",
        ),
        (
            Question("a", "Team name", Asks.TEXT),
            "the form takes any words here; let people choose from the teams in programme.yaml",
        ),
    ],
)
def test_the_team_is_found_by_its_options_or_its_words(question: Question, remark: str) -> None:
    others = (
        Question("x", "How well does your team work?", Asks.RADIO, ("Well", "Badly")),
        Question("y", "About your team", Asks.PARAGRAPH),
    )
    fields = [g for g in guess_fields((*others, question), SETTINGS.programme) if isinstance(g, Guess)]
    assert [(g.type, g.remark) for g in fields[2:]] == [("team", remark)]
    assert "team" not in {g.type for g in fields[:2]}


def test_a_form_that_does_not_ask_for_the_team_says_so() -> None:
    team, _ = guess_fields((Question("a", "Anything?", Asks.TEXT),), SETTINGS.programme)
    assert isinstance(team, Guess)
    assert (team.type, team.id, team.words) == ("team", "", "Which team are you in?")
    assert "the form does not ask this" in team.remark


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("I feel ownership of the changes we are making", "feel_ownership_changes"),
        ("What gets in the way? Tick all that apply", "gets_way"),
        ("Who are you?", "who_are_you"),
        ("10 things", "q_10_things"),
        ("Null?", "q_null"),
        ("1" * 40, f"q_{'1' * 30}"),
        ("Café – what’s good", "cafe_whats_good"),
        ("Antidisestablishmentarianism everywhere", "antidisestablishmentarianism"),
        ("何を", "question"),
        ("?!", "question"),
    ],
)
def test_a_name_is_short_and_of_the_questions_words(words: str, name: str) -> None:
    assert short_name(words, set(), otherwise="question") == name


def test_a_name_that_is_taken_has_more_words_then_a_number() -> None:
    taken = {"feel_heard_team"}
    assert short_name("I feel heard in my team meetings", taken, otherwise="q") == "feel_heard_team_meetings"
    assert short_name("I feel heard in my team", taken, otherwise="q") == "feel_heard_team_2"


def test_nothing_is_overwritten(folder: Folder) -> None:
    sample = str(SAMPLE / "forms" / "pulse" / "form.json")
    before = (folder.path / "forms" / "pulse.yaml").read_bytes()
    with pytest.raises(
        CallError, match=rf"^{folder.path}/forms/pulse\.yaml is there already and is not overwritten"
    ) as caught:
        scaffold(SETTINGS, folder.path, sample, key="pulse", fetch=nobody)
    assert caught.value.exit_code == 2
    assert (folder.path / "forms" / "pulse.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("title", "key", "sentence"),
    [
        ("T", "Pulse", "cannot be a key: give --key with at most 31"),
        ("T", "p" * 32, "cannot be a key"),
        ("T", "../pulse", "cannot be a key"),
        ("T", "teams", "is the key of .*sheets/teams.yaml already"),
        ("Measures", "", "measures is a tab that the service makes itself"),
        ("調査", "", "form.json has no title of which a key can be made: give one with --key"),
        ("", "", "has no title"),
    ],
)
def test_a_key_that_cannot_be_is_refused(folder: Folder, tmp_path: Path, title: str, key: str, sentence: str) -> None:
    (tmp_path / "form.json").write_bytes(form(title))
    with pytest.raises(CallError, match=sentence):
        scaffold(SETTINGS, folder.path, str(tmp_path / "form.json"), key=key, fetch=nobody)
    assert len(list((folder.path / "forms").iterdir())) == 4


def test_a_form_in_google_is_fetched_by_its_id_or_link(folder: Folder) -> None:
    asked: list[str] = []

    def fetch(form_id: str) -> bytes:
        asked.append(form_id)
        return form("Tea and talk", {"questionId": "q1", "textQuestion": {}})

    google = "forms: {pulse: a, time_and_barriers: b, families: c, change_idea: d}\n"
    settings = folder.write("google.yaml", google).load()
    link = "https://docs.google.com/forms/d/1AbC/edit"
    done = scaffold(settings, folder.path, link, fetch=fetch)
    assert done.path == folder.path / "forms" / "tea_talk.yaml"
    assert "add “tea_talk: 1AbC” under forms in google.yaml" in done.in_words()
    folder.change("google.yaml", "{", "{tea_talk: 1AbC, ").load()
    scaffold(settings, folder.path, "1AbC", key="again", fetch=fetch)
    assert asked == ["1AbC", "1AbC"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("nowhere/form.json", "There is no file nowhere/form.json"),
        ("https://forms.gle/abc", "the link at which people answer"),
        ("the pulse form", "is neither a file nor a form in Google: give a form's JSON, or the form's id"),
    ],
)
def test_what_is_no_form_is_refused(folder: Folder, words: str, sentence: str) -> None:
    with pytest.raises(CallError, match=sentence):
        scaffold(SETTINGS, folder.path, words, fetch=nobody)


def test_a_file_that_is_no_form_writes_nothing(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "form.json").write_text('{"responses": []}', encoding="utf-8")
    with pytest.raises(SourceError, match=r"is not a form as forms\.get gives it"):
        scaffold(SETTINGS, folder.path, str(tmp_path / "form.json"), key="new", fetch=nobody)
    assert not (folder.path / "forms" / "new.yaml").exists()


def test_the_command_says_what_it_wrote(folder: Folder) -> None:
    words = [str(SAMPLE / "forms" / "families" / "form.json"), "--config", str(folder.path), "--key", "again"]
    ran = CliRunner().invoke(scaffold_command, words)
    assert ran.output.startswith(f"Wrote {folder.path}/forms/again.yaml: 7 fields.")
    assert folder.load().forms["again"].title == SETTINGS.forms["families"].title


def test_without_an_account_the_command_says_what_to_set(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    ran = CliRunner().invoke(scaffold_command, ["1AbC", "--config", str(folder.path)])
    assert isinstance(ran.exception, SecretMissing)
    assert {path.stem for path in (folder.path / "forms").iterdir()} == set(SETTINGS.forms)
