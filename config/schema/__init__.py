"""The models of every YAML file: what may be written there, and what it means.

Each file's model stands in the module of its name; forms and sheets in `sources`, their fields in `fields`.
The models know one file at a time; what must agree between files is in `config.checks`.
"""

from config.schema.base import EMAIL_PATTERN, JOB_PATTERN, KEY_PATTERN, LINE_PATTERN
from config.schema.fields import (
    Answers,
    AuthorityField,
    ChoiceField,
    ChoicesField,
    CodeField,
    DateField,
    FieldSpec,
    GridField,
    LikertField,
    NoAnswerField,
    NumberField,
    Option,
    OptionsField,
    RowsField,
    ScaleField,
    SelectField,
    TeamField,
    TextField,
)
from config.schema.google import Google, Publish, Watch
from config.schema.jobs import Job, Jobs
from config.schema.measures import (
    CountMeasure,
    HeldMeasure,
    MeanMeasure,
    Measures,
    MeasureSpec,
    NumbersMeasure,
    OnTimeMeasure,
    PeriodKind,
    RatioMeanMeasure,
    ResponseRateMeasure,
    ShareMeasure,
)
from config.schema.packs import Audience, Packs, Person, ReviewMeeting, SummarySheet
from config.schema.programme import Authority, Programme, Span, Team
from config.schema.settings import Sample, Settings
from config.schema.sources import Form, Sheet, Shows
from config.schema.upkeep import Alerts, Expiry, Retention

__all__ = [
    "EMAIL_PATTERN", "JOB_PATTERN", "KEY_PATTERN", "LINE_PATTERN", "Alerts", "Answers", "Audience", "Authority",
    "AuthorityField", "ChoiceField", "ChoicesField", "CodeField", "CountMeasure", "DateField", "Expiry",
    "FieldSpec", "Form", "Google", "GridField", "HeldMeasure", "Job", "Jobs", "LikertField", "MeanMeasure",
    "MeasureSpec", "Measures", "NoAnswerField", "NumberField", "NumbersMeasure", "OnTimeMeasure", "Option",
    "OptionsField", "Packs", "PeriodKind", "Person", "Programme", "Publish", "RatioMeanMeasure",
    "ResponseRateMeasure", "Retention", "ReviewMeeting", "RowsField", "Sample", "ScaleField", "SelectField",
    "Settings", "ShareMeasure", "Sheet", "Shows", "Span", "SummarySheet", "Team", "TeamField", "TextField", "Watch",
]  # fmt: skip
