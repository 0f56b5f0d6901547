"""From a form to its YAML: types guessed from how it is asked, and a file that passes every check as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.errors import SecretMissing
from config.loading.load import load_settings
from config.schema import GridField
from config.spelling import INVISIBLE_CHARACTERS
from config.yaml_positions import MappingNode, parse_yaml, to_plain_data
from integration.errors import CallError, SourceError
from integration.kinds.guesses import one_line
from integration.model import Question, QuestionType
from integration.operations.scaffold import scaffold
from integration.operations.scaffold.fields import FieldGuess, guess_fields
from integration.operations.scaffold.form_file import form_yaml, yaml_scalar
from jobs.cli.setup import scaffold_command
from tests.example_counts import example_count
from tests.system.commands import SAMPLE
from tests.unit.config.folder import SHIPPED, Folder

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Form

SETTINGS = load_settings(SHIPPED)
AGREE = SETTINGS.programme.likert5


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "programme")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("any") / "programme")


def nobody(form_id: str) -> bytes:
    raise AssertionError(f"asked Google for {form_id}")


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
        "type": draw(st.sampled_from(QuestionType)),
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


@settings(max_examples=example_count(15), deadline=None)
@given(title=st.text(max_size=20), asked=st.lists(groups(), max_size=7))
def test_any_form_passes_every_check_as_it_is(shared: Folder, title: str, asked: list[list[Question]]) -> None:
    guesses = guess_fields([question for group in asked for question in group], SETTINGS.programme)
    shared.write("forms/any_form.yaml", form_yaml(one_line(title) or "x", guesses, schema="x.json"))
    read = shared.load().forms["any_form"]
    assert len(read.fields) == sum(isinstance(guess, FieldGuess) for guess in guesses)


@given(text=st.text())
@example(text="\x80")
@example(text="a\u200bb")
@example(text="\u0645\u06cc\u200c\u062e\u0648\u0627\u0645")
def test_a_text_is_read_back_as_people_see_it(text: str) -> None:
    visible = INVISIBLE_CHARACTERS.sub("", text)
    written = f"a: {yaml_scalar(text)}   # remark\n"
    tree, problems = parse_yaml("f", written.encode())
    assert not problems
    assert isinstance(tree, MappingNode)
    # Among letters beyond ASCII an invisible character may mean something: a joiner in Persian, in an emoji.
    assert to_plain_data(tree) == {"a": visible if visible.isascii() and not text.isascii() else text}


@pytest.mark.parametrize("text", ["12345678", "1e345678", "0x12", "true", "null", "-5", "~", "", "12.", "1_000"])
def test_a_text_that_looks_like_a_number_stays_a_text_in_an_editor(text: str) -> None:
    assert yaml.safe_load(f"a: {yaml_scalar(text)}") == {"a": text}


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
