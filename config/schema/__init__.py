"""The models of every YAML file: what may be written there, and what it means.

The models know one file at a time; what must agree between files is in `config.agree`.
"""

from config.schema.base import (
    DAY_PATTERN,
    EMAIL_PATTERN,
    JOB_PATTERN,
    KEY_PATTERN,
    TIME_PATTERN,
    Day,
    Key,
    Model,
    TimeOfDay,
    Words,
)
from config.schema.fields import (
    AuthorityField,
    ChoiceField,
    ChoicesField,
    CodeField,
    DateField,
    FieldBase,
    FieldSpec,
    GridField,
    GridRow,
    LikertField,
    NameOrOption,
    NumberField,
    Option,
    ScaleField,
    TeamField,
    TextField,
)
from config.schema.jobs import Job, Jobs
from config.schema.measures import (
    CountMeasure,
    HeldMeasure,
    MeanMeasure,
    MeasureBase,
    Measures,
    MeasureSpec,
    OnTimeMeasure,
    PeriodKind,
    RatioMeanMeasure,
    ResponseRateMeasure,
    ShareMeasure,
)
from config.schema.packs import Audience, Leaders, Packs, Person, ReviewMeeting, SummarySheet
from config.schema.programme import Authority, Programme, Span, Team
from config.schema.settings import Sample, Settings
from config.schema.sources import Form, Sheet, Shows

__all__ = [
    "DAY_PATTERN", "EMAIL_PATTERN", "JOB_PATTERN", "KEY_PATTERN", "TIME_PATTERN", "Audience", "Authority",
    "AuthorityField", "ChoiceField", "ChoicesField", "CodeField", "CountMeasure", "DateField", "Day", "FieldBase",
    "FieldSpec", "Form", "GridField", "GridRow", "HeldMeasure", "Job", "Jobs", "Key", "Leaders", "LikertField",
    "MeanMeasure", "MeasureBase", "MeasureSpec", "Measures", "Model", "NameOrOption", "NumberField",
    "OnTimeMeasure", "Option", "Packs", "PeriodKind", "Person", "Programme", "RatioMeanMeasure",
    "ResponseRateMeasure", "ReviewMeeting", "Sample", "ScaleField", "Settings", "ShareMeasure", "Sheet", "Shows",
    "Span", "SummarySheet", "Team", "TeamField", "TextField", "TimeOfDay", "Words",
]  # fmt: skip
