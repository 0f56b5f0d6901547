"""A whole sample: made, judged and written as a folder that the folder source reads."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.sample.expected_register import judge_rows
from tests.sample.instants import written
from tests.sample.outcomes import judge_responses
from tests.sample.random_choices import RandomChoices
from tests.sample.responses import FORMS, make_responses
from tests.sample.sheets.blueprint import BLUEPRINT, blueprint
from tests.sample.sheets.reviews import REVIEWS, reviews
from tests.sample.sheets.small_changes import SMALL_CHANGES, small_changes
from tests.sample.sheets.teams import TEAMS_SHEET, teams
from tests.sample.sheets.workbook import write_register
from tests.sample.truth import tell_truth

if TYPE_CHECKING:
    from datetime import date

    from tests.sample.response import Form, Response, Version
    from tests.sample.typed_values import TypedAnswer

SHIPPED_FORMS = Path(__file__).parents[2] / "config" / "sample" / "forms"
DIGITS = (0, 3, 6, 9)


@dataclass(frozen=True, slots=True)
class Wish:
    """What sample is wanted. `scale`: so many times the people who answer the pulse. `clean`: no respondent slips."""

    seed: int
    as_of: date
    scale: int = 1
    clean: bool = False


def write_sample(out: Path, wish: Wish, *, with_truth: bool = True) -> None:
    """Write `forms/`, `sheets/register.xlsx` and, if wanted, `truth.json`. The same wish writes the same bytes."""
    draw = RandomChoices(seed=wish.seed, clean=wish.clean)
    tabs = {
        SMALL_CHANGES: small_changes(draw, wish.as_of),
        BLUEPRINT: blueprint(draw, wish.as_of),
        REVIEWS: reviews(draw, wish.as_of),
        TEAMS_SHEET: teams(draw, wish.as_of),
    }
    (out / "sheets").mkdir(parents=True, exist_ok=True)
    write_register(draw, out / "sheets" / "register.xlsx", tabs)
    made = make_responses(draw, as_of=wish.as_of, scale=wish.scale)
    for form in FORMS:
        _write_form(draw, out / "forms" / form.key, form, made[form.key])
    if with_truth:
        verdicts = {form: judge_responses(form, made[form.key]) for form in FORMS}
        kept = {source.key: judge_rows(source, lines) for source, lines in tabs.items()}
        facts = tell_truth(verdicts, kept, wish.as_of)
        _write_json(out / "truth.json", {"seed": wish.seed, "as_of": wish.as_of.isoformat(), **facts})


def _write_form(draw: RandomChoices, folder: Path, form: Form, responses: list[Response]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shipped = SHIPPED_FORMS / form.key / "form.json"
    shutil.copyfile(shipped, folder / "form.json")
    questions = dict(zip(form.fields, question_ids(shipped), strict=True))
    given = [
        _as_json(_given(draw, response, version, questions))
        for response in responses
        for version in response.versions
        for _ in range(1 + response.repeats)
    ]
    listed = ",\n".join(draw.mix(given))
    (folder / "responses.json").write_text(f'{{"responses":[\n{listed}\n]}}\n', encoding="utf-8")


def question_ids(path: Path) -> list[str]:
    """Return the ids of a form's questions in order; each row of a grid is a question."""
    found = []
    for item in json.loads(path.read_text(encoding="utf-8"))["items"]:
        if "questionItem" in item:
            found.append(item["questionItem"]["question"]["questionId"])
        else:
            found += [question["questionId"] for question in item["questionGroupItem"]["questions"]]
    return found


def _given(draw: RandomChoices, response: Response, version: Version, questions: dict[str, str]) -> dict[str, Any]:
    """Return a version as the Forms API gives it."""
    body = {
        "responseId": response.response_id,
        "createTime": written(response.created, draw.pick(DIGITS)),
        "lastSubmittedTime": written(version.submitted, draw.pick(DIGITS)),
    }
    if response.bare and not version.answers:
        return body
    answers = {
        questions[field]: {"questionId": questions[field], "textAnswers": {"answers": _values(said)}}
        for field, said in version.answers.items()
        if said.typed is not None and said.typed != ()
    }
    return {**body, "answers": answers}


def _values(said: TypedAnswer) -> list[dict[str, str]]:
    typed = said.typed if isinstance(said.typed, tuple) else (str(said.typed),)
    return [{"value": value} for value in typed]


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(_as_json(content), encoding="utf-8")


def _as_json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
