"""All responses of a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.all_variants import every_spelling
from tests.sample.case_setting import CaseSetting
from tests.sample.competing_answers import COMPETING_ANSWERS
from tests.sample.forms.change_idea import CHANGE_IDEA
from tests.sample.forms.families import FAMILIES
from tests.sample.forms.pulse import PULSE
from tests.sample.forms.time_and_barriers import TIME_AND_BARRIERS
from tests.sample.hard_cases import HARD_CASES
from tests.sample.respondents import barriers, families, ideas, make_people, pulses

if TYPE_CHECKING:
    from datetime import date

    from tests.sample.random_choices import RandomChoices
    from tests.sample.response import Response

FORMS = (PULSE, TIME_AND_BARRIERS, FAMILIES, CHANGE_IDEA)
TWIN_ROUNDS = 3


def make_responses(draw: RandomChoices, *, as_of: date, scale: int) -> dict[str, list[Response]]:
    """Return the responses of each form. `scale` multiplies the people who answer the pulse."""
    people = make_people(draw, scale=1)
    crowd = people if scale == 1 else make_people(draw, scale=scale)
    made = {
        PULSE.key: list(pulses(draw, crowd, as_of)),
        TIME_AND_BARRIERS.key: list(barriers(draw, people)),
        FAMILIES.key: list(families(draw)),
        CHANGE_IDEA.key: list(ideas(draw)),
    }
    if not draw.clean:
        for form in FORMS:
            made[form.key] += hard_cases(CaseSetting(draw, form, as_of))
    return made


def hard_cases(setting: CaseSetting) -> list[Response]:
    """Return every hard case that the form can meet."""
    made = [response for scene in (*HARD_CASES, every_spelling) for response in scene(setting)]
    if setting.form.one_per_fortnight:
        made += [response for scene in COMPETING_ANSWERS * TWIN_ROUNDS for response in scene(setting)]
    return made
