"""All files together, and what stands beside a sample."""

from typing import Literal

from pydantic import Field, PrivateAttr

from config.positions import Written
from config.schema.alerts import Alerts
from config.schema.base import Day, Key, Model
from config.schema.google import Google
from config.schema.jobs import Job
from config.schema.measures import MeasureSpec
from config.schema.packs import Packs
from config.schema.programme import Programme
from config.schema.retention import Retention
from config.schema.sources import Form, Sheet


class Settings(Model):
    """The whole configuration, read and agreed; what every other part is given.

    Forms and sheets stand in the order in which measures first rest on them, then the others by name.
    """

    programme: Programme
    forms: dict[Key, Form]
    sheets: dict[Key, Sheet]
    measures: dict[Key, MeasureSpec]
    packs: Packs
    jobs: dict[str, Job]
    google: Google | None = Field(default=None, description="None where Google is off: there is no google.yaml.")
    alerts: Alerts = Field(default_factory=Alerts, description="Nobody is told where there is no alerts.yaml.")
    retention: Retention = Field(default_factory=Retention, description="As shipped where there is no retention.yaml.")
    digest: str = Field(description="SHA-256 over the files, to know whether anything changed.")
    _written: Written = PrivateAttr(default_factory=Written)

    def written_in(self, written: Written) -> "Settings":
        """Return the same configuration, which then knows where it is written."""
        copy = self.model_copy()
        copy._written = written  # noqa: SLF001  # its own class
        return copy

    def place(self, kind: Literal["forms", "sheets"], key: str, *steps: str | int) -> str:
        """Return where something of a form or sheet is written: `config/crescendo/forms/pulse.yaml:31`.

        The steps are keys of the file; an entry of a list is meant by its name, its words or its place from 0:
        `place("forms", "pulse", "fields", "ownership", "question")`. What is not there is where it would stand.
        """
        return self._written.place(f"{kind}/{key}.yaml", *steps)

    def place_in(self, file: str, *steps: str | int) -> str:
        """Return the same of any file, named as within the folder: `place_in("google.yaml", "publish", "data")`."""
        return self._written.place(file, *steps)


class Sample(Model):
    """sample.yaml: what belongs to a sample of answers, and not to the programme."""

    as_of: Day = Field(description="The reporting date of the demo, where none is given.")
