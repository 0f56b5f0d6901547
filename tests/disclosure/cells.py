"""What the auditor speaks of: measures of people, periods, groups, and the published cell of each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from config.schema.fields import ChoicesField, GridField, LikertField, NumberField, ScaleField

if TYPE_CHECKING:
    from config.schema import FieldSpec, MeasureSpec, Settings
    from config.schema.sources import Form

SETTLE_DAYS = 7
"""What holds where packs.yaml says nothing of it."""
WHOLE = ""
"""The team of a figure of the whole authority."""


class State(StrEnum):
    """What a published cell says."""

    SHOWN = "shown"
    BAND = "band"
    """Near unanimity in words, such as "1 or fewer of 12"."""
    HIDDEN = "[c]"
    NOT_AVAILABLE = "[x]"
    """Nobody answered."""
    WITHDRAWN = "[w]"


KINDS = ("share", "mean", "ratio_mean", "response_rate")
"""Kinds of measures of people that the auditor can judge."""
TELLING = (State.SHOWN, State.BAND, State.NOT_AVAILABLE)
"""States of a cell that hold a number; "not available" says that there are 0 answers."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period by its kind, its name and its first and last day: a survey round with other days is another period."""

    kind: str
    name: str
    start: date
    end: date

    def is_within(self, other: Period) -> bool:
        """Return whether every day of it is a day of the other, and it is shorter."""
        return (
            other.start <= self.start and self.end <= other.end and (self.start, self.end) != (other.start, other.end)
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """One published figure of people.

    `n` is what a share or a mean is out of, and the headcount of a response rate; `numerator` is None of a mean and of
    a band; `figure` is the number as rounded; of a band `is_high` says that it is "n - 1 or more of n".
    """

    state: State
    n: int | None = None
    numerator: int | None = None
    figure: float | None = None
    is_high: bool = False

    def tells_other_than(self, other: Cell) -> bool:
        """Return whether two cells both hold a number, and not the same one."""
        return self.state in TELLING and other.state in TELLING and self != other


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a figure of one authority belongs."""

    measure: str
    team: str
    period: Period

    def __str__(self) -> str:
        """Say it as `measure of team in fortnight 3`."""
        where = f"{self.period.kind} {self.period.name}" if self.period.name != self.period.kind else "all time so far"
        return f"{self.measure} of {self.team or 'the authority'} in {where}"


@dataclass(frozen=True, slots=True)
class Question:
    """A measure of people, as its YAML says it.

    `kind` is share, mean, ratio_mean or response_rate. A person's value lies between `low` and `high` (None: no bound);
    `step` is 1 where it is whole, else 0. `rounding` is the last digit that leaders see of the figure. `asks` names
    what is asked: two measures that ask the same rest on the same answers, of which `counted` are those that a share
    counts.
    """

    key: str
    form: str
    kind: str
    title: str = ""
    low: float = 0
    high: float | None = 1
    step: int = 1
    rounding: float = 0.01
    asks: str = ""
    counted: frozenset[object] = frozenset()
    has_one_answer: bool = True
    """Whether a person gives one answer to it; to a grid one for each row, of which any counts."""

    @property
    def is_count(self) -> bool:
        """Whether its numerator counts people or answers, so that 0 and all of n mean something."""
        return self.kind == "share"

    @property
    def is_mean(self) -> bool:
        """Whether its figure is a mean, which is published without a numerator."""
        return self.kind in {"mean", "ratio_mean"}


@dataclass(frozen=True, slots=True)
class Amount:
    """The answers and, between two bounds, the sum of those that count, of a figure or a sum of figures."""

    n: int
    low: float
    high: float

    def plus(self, factor: int, other: Amount) -> Amount:
        """Return this amount and so many times the other."""
        ends = (factor * other.low, factor * other.high)
        return Amount(self.n + factor * other.n, self.low + min(ends), self.high + max(ends))


NOTHING = Amount(0, 0, 0)


def read_amount(question: Question, cell: Cell) -> Amount:
    """Return what a telling cell says; of a response rate the responses, of a mean what rounding leaves open."""
    n = cell.n or 0
    match cell.state:
        case State.NOT_AVAILABLE:
            return NOTHING
        case State.BAND:
            return Amount(n, n - 1, n) if cell.is_high else Amount(n, 0, 1)
        case State.SHOWN if cell.numerator is not None:
            return Amount(cell.numerator if question.kind == "response_rate" else n, cell.numerator, cell.numerator)
        case State.SHOWN if cell.figure is not None:
            half = question.rounding / 2
            return Amount(n, n * (cell.figure - half), n * (cell.figure + half))
    raise ValueError(f"a cell that is {cell.state} tells no number")


@dataclass(frozen=True, slots=True)
class Survey:
    """A form that people answer. `asked` is how often each of them is asked; only of staff a headcount is known."""

    key: str
    of_staff: bool = True
    asked: str = "fortnight"
    minimum: int = 6


@dataclass(frozen=True, slots=True)
class Programme:
    """What everybody may know of a programme: its calendar, authorities, teams, forms and measures of people."""

    start: date
    end: date
    teams: dict[str, dict[str, str]]
    """By authority: the name of each team by its key."""
    names: dict[str, str] = field(default_factory=dict)
    """The name of each authority by its key."""
    windows: dict[str, tuple[str, date, date]] = field(default_factory=dict)
    surveys: dict[str, Survey] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    headcounts: dict[str, int] = field(default_factory=dict)
    """Of a team by the YAML; the sheet of teams goes before it."""
    specs: dict[str, MeasureSpec] = field(default_factory=dict)
    """Of the measures of people, what their YAML says."""
    settle_days: int = SETTLE_DAYS
    """So many days after its last a period is first shown."""

    def joined_with(self, later: Programme) -> Programme:
        """Return a later state of the programme, with what only this one has."""
        return replace(
            later,
            teams={key: self.teams.get(key, {}) | later.teams.get(key, {}) for key in self.teams | later.teams},
            names=self.names | later.names,
            surveys=self.surveys | later.surveys,
            questions=self.questions | later.questions,
            headcounts=self.headcounts | later.headcounts,
            specs=self.specs | later.specs,
        )

    def fortnight(self, number: int) -> Period:
        """Return the programme's fortnight of that number, from 1 on."""
        first = self.start + timedelta(days=14 * (number - 1))
        return Period("fortnight", str(number), first, first + timedelta(days=13))

    def window(self, key: str) -> Period:
        """Return a survey round."""
        _, start, end = self.windows[key]
        return Period("window", key, start, end)

    def asking_period(self, survey: Survey, day: date) -> object:
        """Return the period of the day in which a person is asked once."""
        match survey.asked:
            case "week":
                return (day - self.start).days // 7
            case "fortnight":
                return (day - self.start).days // 14
            case "month":
                return day.year, day.month
            case "quarter":
                return day.year, (day.month - 1) // 3
            case "window":
                return next((key for key, (_, start, end) in self.windows.items() if start <= day <= end), None)
        return "once"

    def questions_of(self, form: str) -> list[Question]:
        """Return the measures that rest on the answers to a form."""
        return [question for question in self.questions.values() if question.form == form]


def read_programme(settings: Settings) -> Programme:
    """Return what the auditor needs of a programme's YAML."""
    programme, smallest = settings.programme, settings.packs.audience.minimum_group
    specs = {
        key: spec
        for key, spec in settings.measures.items()
        if spec.rests_on == "people" and spec.source in settings.forms
    }
    forms = {spec.source: settings.forms[spec.source] for spec in specs.values()}
    return Programme(
        start=programme.start,
        end=programme.end,
        teams={
            key: {team: one.name for team, one in owner.teams.items()} for key, owner in programme.authorities.items()
        },
        names={key: owner.name for key, owner in programme.authorities.items()},
        windows={key: (span.title, span.start, span.end) for key, span in programme.windows.items()},
        surveys={
            key: Survey(
                key=key,
                of_staff=form.asks == "staff",
                asked=settings.find_asking_period(key),
                minimum=max(smallest, getattr(form, "minimum_group", None) or smallest),
            )
            for key, form in forms.items()
        },
        questions={key: _read_question(key, spec, forms[spec.source]) for key, spec in specs.items()},
        headcounts={
            team: one.headcount for owner in programme.authorities.values() for team, one in owner.teams.items()
        },
        specs=specs,
        settle_days=getattr(settings.packs, "settle_days", SETTLE_DAYS),
    )


def _read_question(key: str, spec: MeasureSpec, form: Form) -> Question:
    """Return a measure with the bounds of one person's value."""
    field_name = getattr(spec, "field", None)
    asked = next((one for one in form.fields if one.name == field_name), None)
    if spec.kind not in KINDS:
        raise ValueError(
            f"the auditor does not know measures of the kind {spec.kind}: say what can be computed of them"
        )
    low, high, step = _bound_mean(asked) if spec.kind == "mean" else (0, 1, int(spec.kind != "ratio_mean"))
    return Question(
        key=key,
        form=spec.source,
        kind=spec.kind,
        title=_title(spec),
        low=low,
        high=high,
        step=step,
        rounding=0.1 if spec.kind == "mean" else 0.01,
        asks=field_name or key,
        counted=frozenset(getattr(spec, "values", ())),
        has_one_answer=not isinstance(asked, GridField),
    )


def _bound_mean(asked: FieldSpec | None) -> tuple[float, float | None, int]:
    """Return the least and the greatest answer to a question of numbers, and 1 where answers are whole."""
    match asked:
        case ScaleField():
            return asked.low, asked.high, 1
        case LikertField():
            return 1, 5, 1
        case ChoicesField():
            return 0, len(asked.options) + asked.other, 1
        case NumberField():
            return asked.minimum or 0, asked.maximum, 0
    raise ValueError("the auditor does not know what bounds the answers to a mean's field: add its type of field")


def _title(spec: MeasureSpec) -> str:
    """Return what stands in the column Measure: the title, with the unit behind it where the title does not say it."""
    unit = spec.find_unit()
    return f"{spec.title} ({unit})" if unit and unit.casefold() not in spec.title.casefold() else spec.title
