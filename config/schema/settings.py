"""All files together, and what stands beside a sample."""

from pydantic import Field

from config.schema.base import Day, Key, Model
from config.schema.jobs import Job
from config.schema.measures import MeasureSpec
from config.schema.packs import Packs
from config.schema.programme import Programme
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
    digest: str = Field(description="SHA-256 over the files, to know whether anything changed.")


class Sample(Model):
    """sample.yaml: what belongs to a sample of answers, and not to the programme."""

    as_of: Day = Field(description="The reporting date of the demo, where none is given.")
