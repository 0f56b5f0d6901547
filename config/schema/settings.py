"""All files together (`Settings`), and sample.yaml, which stands beside a sample."""

from pydantic import Field, InstanceOf

from config.schema.base import Day, Key, Model
from config.schema.google import Google
from config.schema.jobs import Job
from config.schema.measures import MeasureSpec, PeriodKind
from config.schema.packs import Packs
from config.schema.programme import Programme
from config.schema.sources import AskingPeriod, Form, Sheet
from config.schema.upkeep import Alerts, Retention
from config.yaml_positions import YamlPositions

PERIOD_WORDS: dict[AskingPeriod, str] = {
    "week": "once a week",
    "fortnight": "once a fortnight",
    "month": "once a month",
    "quarter": "once a quarter",
    "window": "once a survey window",
    "once": "once",
}


class Settings(Model):
    """The whole configuration, read and checked; what every other part is given.

    Forms and sheets stand in the order in which measures first rest on them, then the others by name.
    """

    programme: Programme
    forms: dict[Key, Form]
    sheets: dict[Key, Sheet]
    measures: dict[Key, MeasureSpec]
    packs: Packs
    jobs: dict[str, Job]
    google: Google | None = Field(default=None, description="None where Google is off: there is no google.yaml.")
    alerts: Alerts = Field(default_factory=Alerts, description="No alert is mailed where there is no alerts.yaml.")
    retention: Retention = Field(default_factory=Retention, description="As shipped where there is no retention.yaml.")
    digest: str = Field(description="SHA-256 over the files, to know whether anything changed.")
    positions: InstanceOf[YamlPositions] = Field(
        default_factory=YamlPositions,
        exclude=True,
        repr=False,
        description="Where each value is written: `positions.file_and_line('forms/pulse.yaml', 'title')`.",
    )

    def find_asking_period(self, form: str) -> AskingPeriod:
        """Return how often a person is asked to answer the form (its key): as its YAML says in `asked` or `one_per`.

        Where it says neither, it is the shortest period by which one of its measures is cut.
        """
        said = self.forms[form].asked or self.forms[form].one_per
        if said:
            return said
        kinds = {kind for spec in self.measures.values() if spec.source == form for kind in spec.periods}
        windows = self.programme.windows.values()
        days: dict[PeriodKind, tuple[int, AskingPeriod]] = {
            PeriodKind.FORTNIGHT: (14, "fortnight"),
            PeriodKind.MONTH: (30, "month"),
            PeriodKind.WINDOW: (min((window.end - window.start).days + 1 for window in windows), "window"),
        }
        return min((days[kind] for kind in kinds if kind in days), default=(0, "once"))[1]

    def describe_assumptions(self) -> tuple[str, ...]:
        """Return what no file says and is taken for granted, a sentence each."""
        asked = {key: self.find_asking_period(key) for key, form in self.forms.items() if not form.asked}
        measured = {spec.source for spec in self.measures.values()}
        return tuple(
            f"forms/{key}.yaml does not say how often a person is asked: taken is {PERIOD_WORDS[period]}, the shortest "
            f"period of its measures. Write it as “asked: {period}”, or as it is."
            for key, period in asked.items()
            if key in measured and not self.forms[key].one_per
        )

    def in_words(self) -> str:
        """Return how much is configured, such as `4 forms, 3 sheets, 31 measures; tabs to 3 spreadsheets in Google`."""
        counts = f"{len(self.forms)} forms, {len(self.sheets)} sheets, {len(self.measures)} measures"
        return f"{counts}; {self.google.in_words()}" if self.google else counts


class Sample(Model):
    """sample.yaml: what belongs to a sample of answers, and not to the programme."""

    as_of: Day = Field(description="The reporting date of the demo, where none is given.")
