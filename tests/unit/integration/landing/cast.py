"""A form, its questions as they should be, and where its YAML stands: the cast of the tests of landing."""

from __future__ import annotations

from dataclasses import replace

from config.schema import Form, Programme, Sheet
from integration.model import Question, QuestionType

AGREE = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")

PROGRAMME = Programme.model_validate(
    {
        "name": "Small changes",
        "start": "2021-09-06",
        "end": "2023-03-05",
        "contact": "the project team",
        "likert5": AGREE,
        "authorities": {
            "northbrook": {
                "name": "Northbrook",
                "teams": {
                    "elm": {"name": "Elm", "aliases": ["Team Elm"], "statutory": True, "headcount": 8},
                    "oak": {"name": "Oak", "statutory": True, "headcount": 8},
                },
            },
            "southmere": {
                "name": "Southmere",
                "teams": {"birch": {"name": "Birch", "statutory": False, "headcount": 8}},
            },
        },
        "phases": {"set_up": {"title": "Set-up", "start": "2021-09-06", "end": "2021-10-31"}},
        "windows": {"baseline": {"title": "Baseline", "start": "2021-09-06", "end": "2021-10-03"}},
    }
)

FIELDS = (
    {"name": "team", "id": "t1", "question": "Which team are you in?", "type": "team"},
    {"name": "heard", "id": "h1", "question": "I am listened to", "type": "likert5", "no_answer": ["Rather not say"]},
    {"name": "time_share", "id": "s1", "question": "How much of your week?", "type": "scale", "low": 0, "high": 10},
    {
        "name": "who",
        "id": "w1",
        "question": "Who is answering?",
        "type": "choice",
        "options": ["Child", {"name": "Parent", "aliases": ["Mother or father"]}],
        "no_answer": ["Rather not say"],
    },
    {
        "name": "barriers",
        "id": "b1",
        "question": "What gets in the way?",
        "type": "choices",
        "options": ["Travel", "IT systems"],
        "other": True,
    },
    {
        "name": "obstacles",
        "question": "How much does each?",
        "type": "grid",
        "options": ["A little", "A lot"],
        "rows": {
            "recording": {"id": "g1", "label": "Recording"},
            "meetings": {"id": "g2", "label": "Meetings"},
        },
    },
    {"name": "comment", "question": "Anything else?", "type": "text"},
)

QUESTIONS = (
    Question(
        "t1", "Which team are  YOU in?", QuestionType.DROP_DOWN, ("Elm", "Oak", "Birch"), other=True, required=True
    ),
    Question("h1", "I am listened to", QuestionType.RADIO, (*AGREE, "Rather not say")),
    Question("s1", "How much of your week?", QuestionType.SCALE, low=0, high=10),
    Question("w1", "Who is answering?", QuestionType.RADIO, ("Child", "Mother or father", "RATHER not say")),
    Question("b1", "What gets in the way?", QuestionType.CHECKBOX, ("Travel", "IT systems"), other=True),
    Question(
        "g1", "How much does each? [Recording]", QuestionType.RADIO, ("A little", "A lot"), grid="How much does each?"
    ),
    Question(
        "g2", "How much does each? [Meetings]", QuestionType.RADIO, ("A little", "A lot"), grid="How much does each?"
    ),
    Question("c1", "Anything else?", QuestionType.PARAGRAPH),
)


def form(**changed: object) -> Form:
    """Return the form; `changed` gives more to a field by its name."""
    fields = [field | changed.get(str(field["name"]), {}) for field in FIELDS]  # type: ignore[operator]  # tests give dicts
    return Form.model_validate({"title": "Pulse", "asks": "staff", "fields": fields})


def questions(*without: str, **changed: object) -> tuple[Question, ...]:
    """Return the form's questions without some, and with changes to others, both by id."""
    return tuple(
        replace(question, **changed.get(question.question_id, {}))  # type: ignore[arg-type]  # tests give dicts
        for question in QUESTIONS
        if question.question_id not in without
    )


def locate(*steps: object) -> str:
    """Return where something of the form would be written."""
    return f"forms/pulse.yaml:{'.'.join(map(str, steps))}"


SHEET = Sheet.model_validate(
    {
        "title": "Changes",
        "spreadsheet": "register",
        "tab": "Small changes",
        "key": ["ref"],
        "fields": [
            {"name": "ref", "heading": "Ref", "type": "text"},
            {"name": "team", "heading": "Team", "type": "team"},
            {"name": "hours_saved", "heading": "Hours saved", "type": "number"},
        ],
    }
)
"""A sheet of three columns, known by its first."""
