"""Required fields that are not missing though no answer in words is there.

A person is sent through the sections of a form by the options that they choose. A question in a section to which they
surely were not sent was not shown. What is sure is what the form's structure says:

1. The first section is shown.
2. From a section whose questions lead nowhere else respondents go on, and so they do after an option without a
   target. To which section the Forms API does not say (a section may have a target of its own): to any later one.
3. An option with a target leads there; where several questions of a section have such options, to any of their targets.
4. A section in which anything was answered was shown, whatever the form says now.
5. A person goes one way through the form. So a section that lies on no way through all those that were answered was not
   shown: behind a first section that leads anywhere, the answer in the second still says that the third was left out.
   Where no way leads through all of them (the form was another one then), 2 and 3 alone are sure.

A question that asks for a file has an answer where it holds one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from config.spelling import fold_case, is_blank
from integration.model import ANY_SECTION, NO_SECTION
from integration.normalise.chunks import find_question_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from integration.model import Branch, Question, Section, StoredVersion
    from integration.normalise.columns import FieldColumn


class _Text(msgspec.Struct):
    value: str | None = None


class _Texts(msgspec.Struct):
    answers: list[_Text | None] | None = None


class _Files(msgspec.Struct):
    answers: list[msgspec.Raw] | None = None


NO_FILES = msgspec.Raw(b"null")


class _Answer(msgspec.Struct, rename="camel"):
    """An answer as it was stored: of its texts the shape was looked at when it came, of its files nothing."""

    text_answers: _Texts | None = None
    file_upload_answers: msgspec.Raw = NO_FILES

    @property
    def texts(self) -> tuple[str, ...]:
        """What was chosen or typed, without what is blank."""
        answers = self.text_answers.answers if self.text_answers else None
        return tuple(each.value for each in answers or () if each and each.value and not is_blank(each.value))

    @property
    def has_file(self) -> bool:
        try:
            files = msgspec.json.decode(self.file_upload_answers, type=_Files | None)
            return bool(files and files.answers)
        except msgspec.DecodeError:  # of another shape than Google's
            return False


class _Response(msgspec.Struct):
    answers: dict[str, _Answer | None] | None = None


_DECODER = msgspec.json.Decoder(_Response)


def find_excused_rows(
    versions: Sequence[StoredVersion],
    columns: Sequence[FieldColumn],
    questions: Sequence[Question],
    sections: Sequence[Section],
) -> dict[str, NDArray[np.bool_]]:
    """Return for required columns which of the versions need no answer in words there; no other column.

    `sections` are the form's, empty where they are unknown: then only files count.
    """
    found = zip(columns, find_question_ids(columns, questions), strict=True)
    ids = {column.name: of_column for column, of_column in found if column.field.required}
    place_of = {question_id: place for place, each in enumerate(sections) for question_id in each.question_ids}
    sends = any(section.branches for section in sections)
    places = {name: {place_of[each] for each in of_column if each in place_of} for name, of_column in ids.items()}
    is_branched = sends and any(0 not in of_column and of_column for of_column in places.values())
    excused = {name: np.zeros(len(versions), dtype=bool) for name in ids}
    known: dict[tuple[tuple[tuple[str, ...], ...], frozenset[int]], frozenset[int]] = {}
    branches = [branch for section in sections for branch in section.branches]
    for row, version in enumerate(versions):
        if not is_branched and '"fileUploadAnswers"' not in version.body:
            continue
        answers = {key: each for key, each in (_DECODER.decode(version.body).answers or {}).items() if each}
        not_shown: frozenset[int] = frozenset()
        if is_branched:
            chosen = tuple(answers[each.question_id].texts if each.question_id in answers else () for each in branches)
            answered = frozenset(
                place_of[key] for key, each in answers.items() if key in place_of and (each.texts or each.has_file)
            )
            if (chosen, answered) not in known:
                texts = {branch.question_id: each for branch, each in zip(branches, chosen, strict=True)}
                known[chosen, answered] = frozenset(range(len(sections))) - _find_shown(sections, texts, answered)
            not_shown = known[chosen, answered]
        for name, of_column in ids.items():
            has_file = any(key in answers and answers[key].has_file for key in of_column)
            excused[name][row] = has_file or bool(places[name] and places[name] <= not_shown)
    return {name: rows for name, rows in excused.items() if rows.any()}


def _find_shown(
    sections: Sequence[Section], texts: Mapping[str, tuple[str, ...]], answered: frozenset[int]
) -> set[int]:
    """Return the places of the sections that may have been shown, and of those in which something was answered.

    `texts` are the answers by the question's id.
    """
    following = [_find_following(sections, place, texts) for place in range(len(sections))]
    reached = [_find_reached(following, place) for place in range(len(sections))]
    sure = {0, *answered}

    def is_on_the_way(place: int) -> bool:
        return place in reached[0] and all(place in reached[each] or each in reached[place] for each in sure)

    if all(map(is_on_the_way, sure)):
        return set(filter(is_on_the_way, range(len(sections))))
    return reached[0] | answered


def _find_following(sections: Sequence[Section], place: int, texts: Mapping[str, tuple[str, ...]]) -> set[int]:
    """Return the places of the sections to which a person may go on from this one."""
    branches, later = sections[place].branches, range(place + 1, len(sections))
    following = {each for branch in branches for each in _follow(branch, texts[branch.question_id], later)}
    if ANY_SECTION in following:
        return set(range(len(sections)))
    return (following - {NO_SECTION}) if branches else set(later)


def _find_reached(following: Sequence[set[int]], start: int) -> set[int]:
    """Return the places that can be reached from this one, which is one of them."""
    reached: set[int] = set()
    ahead = [start]
    while ahead:
        place = ahead.pop()
        if place < len(following) and place not in reached:
            reached.add(place)
            ahead += following[place]
    return reached


def _follow(branch: Branch, texts: Sequence[str], later: Iterable[int]) -> Iterable[int]:
    """Return the sections to which an answer may lead."""
    targets = {fold_case(label): target for label, target in branch.targets.items()}
    labels = {fold_case(label) for label in branch.labels}
    if not texts:
        return later
    following: set[int] = set()
    for text in map(fold_case, texts):
        if text in targets:
            following.add(targets[text])
        elif text in labels:
            following.update(later)
        else:  # the words behind "Other", or an option that the form no longer has
            following.add(ANY_SECTION if branch.other is None else branch.other)
    return following
