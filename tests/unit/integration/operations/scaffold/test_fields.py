# ruff: noqa: E501  # a table reads best with one case a line
"""The type and the name of a field, guessed from how its question is asked; what is not sure says so."""

from __future__ import annotations

import re

import pytest

from config.loading.load import load_settings
from integration.model import Question, QuestionType
from integration.operations.scaffold.fields import FieldGuess, OmittedQuestion, guess_fields, short_name
from integration.operations.scaffold.form_file import form_yaml
from tests.unit.config.folder import SHIPPED

SETTINGS = load_settings(SHIPPED)
AGREE = SETTINGS.programme.likert5
TEAMS = Question("t1", "Which team are you in?", QuestionType.DROP_DOWN, ("Elm", "Team Oak", "Rowan", "Birch"))


def guess(*questions: Question) -> list[FieldGuess | OmittedQuestion]:
    """Return the guesses for these questions of a form that asks for the team as it should."""
    return guess_fields((TEAMS, *questions), SETTINGS.programme)[1:]


def only(*questions: Question) -> FieldGuess:
    (guessed,) = guess(*questions)
    assert isinstance(guessed, FieldGuess)
    return guessed


@pytest.mark.parametrize(
    ("question", "kind", "more"),
    [
        (Question("a", "A", QuestionType.RADIO, tuple(reversed(AGREE))), "likert5", {}),
        (Question("a", "A", QuestionType.DROP_DOWN, (*AGREE, "Prefer not to say")), "likert5", {"no_answer": ("Prefer not to say",)}),
        (Question("a", "A", QuestionType.RADIO, (*AGREE, "Not applicable")), "likert5", {"no_answer": ("Not applicable",)}),
        (Question("a", "A", QuestionType.CHECKBOX, AGREE), "choices", {"options": AGREE}),
        (Question("a", "A", QuestionType.RADIO, AGREE[:4]), "choice", {"options": AGREE[:4]}),
        (Question("a", "A", QuestionType.CHECKBOX, ("Travel", " travel", "Duty\tsystem", "Other"), other=True), "choices", {"other": True, "options": ("Travel", "Duty system")}),
        (Question("a", "A", QuestionType.RADIO, ("Yes", "No", "I’d rather not say")), "choice", {"options": ("Yes", "No"), "no_answer": ("I’d rather not say",)}),
        (Question("a", "A", QuestionType.RADIO, ("Prefer not to say",)), "choice", {"options": ("Prefer not to say",)}),
        (Question("a", "A", QuestionType.RADIO, other=True), "text", {}),
        (Question("a", "A", QuestionType.SCALE, low=0, high=10), "scale", {"low": 0, "high": 10}),
        (Question("a", "A", QuestionType.RATING, low=1, high=5), "scale", {"low": 1, "high": 5}),
        (Question("a", "A", QuestionType.SCALE, low=3, high=3), "text", {}),
        (Question("a", "A", QuestionType.DATE), "date", {}),
        (Question("a", "A", QuestionType.TIME), "text", {}),
        (Question("a", "A", QuestionType.UNKNOWN), "text", {}),
        (Question("a", "Hours you worked last week", QuestionType.TEXT), "number", {"minimum": 0, "maximum": 168, "unit": "hours"}),
        (Question("a", "How many families?", QuestionType.TEXT), "number", {"minimum": 0}),
        (Question("a", "How many families, and why?", QuestionType.PARAGRAPH), "text", {}),
        (Question("a", "Your code", QuestionType.TEXT), "code", {}),
        (Question("a", "Your post code", QuestionType.TEXT), "text", {}),
    ],
)  # fmt: skip
def test_the_type_follows_from_how_it_is_asked(question: Question, kind: str, more: dict[str, object]) -> None:
    guessed = only(question)
    assert (guessed.type, dict(guessed.more)) == (kind, more)


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        (
            Question(
                "a", "A", QuestionType.RADIO, ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")
            ),
            "labels",
        ),
        (Question("a", "A", QuestionType.RADIO, (*AGREE, "Not applicable")), "“Not applicable”"),
        (Question("a", "A", QuestionType.RADIO, ("Northbrook", "Southmere")), "the team, which says"),
        (Question("a", "How many families?", QuestionType.TEXT), "a number is guessed"),
        (Question("a", "Your code", QuestionType.TEXT), "taken for the person's own code"),
        (Question("a", "A", QuestionType.TIME), "kept as it is written"),
    ],
)
def test_a_guess_says_what_to_check(question: Question, remark: str) -> None:
    assert remark in only(question).remark


def test_only_one_question_is_the_code() -> None:
    first, second = guess(
        Question("a", "Your code", QuestionType.TEXT), Question("b", "The code again", QuestionType.TEXT)
    )
    assert isinstance(first, FieldGuess)
    assert isinstance(second, FieldGuess)
    assert (first.type, second.type) == ("code", "text")


def rows(asks: QuestionType, options: tuple[str, ...]) -> list[Question]:
    return [
        Question(f"r{n}", f"How much? [{label}]", asks, options, grid="How much?")
        for n, label in enumerate(["Recording", "Travel"])
    ]


def test_the_rows_of_a_grid_are_one_field() -> None:
    grid = only(*rows(QuestionType.RADIO, ("A little", "A lot")))
    assert (grid.type, grid.words, dict(grid.more)) == ("grid", "How much?", {"options": ("A little", "A lot")})
    assert [(row.id, row.label) for row in grid.rows] == [("r0", "Recording"), ("r1", "Travel")]


@pytest.mark.parametrize(
    ("asks", "options", "kind"),
    [(QuestionType.RADIO, AGREE, "likert5"), (QuestionType.CHECKBOX, ("A little", "A lot"), "choices")],
)
def test_rows_that_a_grid_cannot_hold_are_fields_of_their_own(
    asks: QuestionType, options: tuple[str, ...], kind: str
) -> None:
    guesses = guess(*rows(asks, options))
    assert [(g.type, g.words) for g in guesses if isinstance(g, FieldGuess)] == [
        (kind, "How much? [Recording]"),
        (kind, "How much? [Travel]"),
    ]
    text = form_yaml("T", guesses, schema="x")
    assert re.findall(r"- name: (\w+)", text) == ["recording", "travel"]


def test_a_file_upload_is_left_out_and_said() -> None:
    (left,) = guess(Question("a", "Your\nphoto", QuestionType.FILE))
    assert "  # check: “Your photo” is left out: a file cannot be read; it stays with the form\n" in form_yaml(
        "T", [left], schema="x"
    )


@pytest.mark.parametrize(
    ("question", "remark"),
    [
        (TEAMS, ""),
        (Question("a", "Where do you work?", QuestionType.RADIO, ("elm", "Oak team", "Prefer not to say")), ""),
        (
            Question("a", "Which team are you in?", QuestionType.RADIO, ("Elm", "Ash")),
            "in programme.yaml these are no team, nor an alias of one: “Ash”",
        ),
        (
            Question("a", "Which is your team?", QuestionType.DROP_DOWN, ("Ash", "Yew")),
            "in programme.yaml these are no team, nor an alias of one: “Ash”, “Yew”",
        ),
        (
            Question("a", "Team name", QuestionType.TEXT),
            "the form takes any words here; let people choose from the teams in programme.yaml",
        ),
    ],
)
def test_the_team_is_found_by_its_options_or_its_words(question: Question, remark: str) -> None:
    others = (
        Question("x", "How well does your team work?", QuestionType.RADIO, ("Well", "Badly")),
        Question("y", "About your team", QuestionType.PARAGRAPH),
    )
    fields = [g for g in guess_fields((*others, question), SETTINGS.programme) if isinstance(g, FieldGuess)]
    assert [(g.type, g.remark) for g in fields[2:]] == [("team", remark)]
    assert "team" not in {g.type for g in fields[:2]}


def test_a_form_that_does_not_ask_for_the_team_says_so() -> None:
    team, _ = guess_fields((Question("a", "Anything?", QuestionType.TEXT),), SETTINGS.programme)
    assert isinstance(team, FieldGuess)
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
