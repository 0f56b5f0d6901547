"""forms/*.yaml: a form has one team, questions that can be found again, and a code where it needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.agree.fields import check_fields, of_type, places
from config.agree.reworded import check_reworded
from config.agree.unique import Claim, clashes
from config.fold import fold
from config.nearest import listed, quoted
from config.schema import GridField, LikertField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.agree.fields import Path
    from config.draft import Document, Draft
    from config.errors import Problem
    from config.schema import FieldSpec, Form

COLUMNS = ("response_id", "submitted_at", "authority", "phase", "fortnight", "window", "counted")
"""The first columns of a form's tab. `team` is one as well, and is the team field's own."""


def check_forms(draft: Draft) -> Iterator[Problem]:
    """Give the problems within each form."""
    programme = draft.programme.model if draft.programme else None
    dated = programme if draft.programme and draft.programme.has("start", "end") else None
    labels = programme.likert5 if programme else ()
    for document in draft.forms.values():
        yield from check_fields(document, COLUMNS)
        yield from _check_team(document)
        yield from _check_code(document)
        yield from _check_questions(document)
        yield from _check_no_answer(document, labels)
        yield from check_reworded(document, dated)


def _check_team(document: Document[Form]) -> Iterator[Problem]:
    teams = of_type(document.model.fields, "team")
    if not teams and document.is_complete("fields"):
        yield document.problem(
            ("fields",), "no field of type team", "exactly one, named team: it says whose answer it is"
        )
    for path, field in teams[1:]:
        yield document.problem(path, f"{quoted(field.name)}, another field of type team", "exactly one")
    for path, field in places(document.model.fields):
        if (field.type == "team") != (field.name == "team"):
            found = f"{quoted(field.name)} for a field of type {field.type}"
            yield document.problem((*path, "name"), found, "team for the field of type team, and for no other")
        if field.type == "authority":
            yield document.problem(
                (*path, "type"), "“authority” in a form", "none: the team says which authority it is"
            )


def _check_code(document: Document[Form]) -> Iterator[Problem]:
    form, codes = document.model, of_type(document.model.fields, "code")
    for path, field in codes[1:]:
        yield document.problem(path, f"{quoted(field.name)}, another field of type code", "at most one")
    if codes or not document.is_complete("fields"):
        return
    if form.one_per:
        allowed = "a field of type code, by which two answers of one person are known; or no one_per"
        yield document.problem_of_key(("one_per",), "one_per in a form without a code", allowed)
    if form.test_codes:
        allowed = "a field of type code, in which testers write such a code; or no test_codes"
        yield document.problem_of_key(("test_codes",), "test_codes in a form without a code", allowed)


def _check_questions(document: Document[Form]) -> Iterator[Problem]:
    ids: list[Claim] = []
    questions: list[Claim] = []
    for path, field in places(document.model.fields):
        if field.heading is not None:
            yield document.problem_of_key(
                (*path, "heading"), "heading in a form", "id and question; headings are for sheets"
            )
        yield from _check_known(document, path, field)
        owner = f"that of {field.name}"
        ids += [Claim(field.id, owner, (*path, "id"))] if field.id else []
        questions += [Claim(field.question, owner, (*path, "question"))] if field.question else []
        if isinstance(field, GridField):
            rows = field.rows.items()
            ids += [Claim(r.id, f"that of {field.name}.{key}", (*path, "rows", key, "id")) for key, r in rows if r.id]
    yield from clashes(document, ids, "an id")
    yield from clashes(document, questions, "a question")


def _check_known(document: Document[Form], path: Path, field: FieldSpec) -> Iterator[Problem]:
    """Give the fields that cannot be found again: by id, else by their words; the rows of a grid each by its own id."""
    if field.question:
        return
    if isinstance(field, GridField):
        for key, row in field.rows.items():
            if not row.id:
                allowed = "id (the questionId of this row in the form), or question for the whole grid"
                yield document.problem((*path, "rows", key), "a row without an id", allowed)
    elif not field.id:
        allowed = "id (the questionId in the form), or question (its words)"
        yield document.problem(path, "a field that names no question", allowed)


def _check_no_answer(document: Document[Form], labels: tuple[str, ...]) -> Iterator[Problem]:
    folded = {fold(label) for label in labels}
    for path, field in places(document.model.fields):
        if isinstance(field, LikertField):
            for place, label in enumerate(field.no_answer):
                if fold(label) in folded:
                    allowed = f"a label that is none of {listed(labels)}"
                    yield document.problem((*path, "no_answer", place), quoted(label), allowed)
