"""What can go wrong, as one tree.

    CrescendoError
    ├── SourceError            a form, a sheet or a file cannot be read as what it should be
    │   └── HostileFile        a workbook that asks for more than the limits allow
    ├── SourcesUnread          some sources could not be read; what was sound has landed
    ├── StoreError             the store cannot be opened, read or written
    ├── CallError              the command was called wrongly, or something it needs is not set
    ├── RenderError            a chart, a PDF or a workbook could not be made
    └── BusyError              somebody else holds the home folder; try again later

A message is one sentence: where, what was found, what to do. It never holds an answer of a person.
"""

from __future__ import annotations

from typing import ClassVar


class CrescendoError(Exception):
    """The root. `exit_code` is what the command line ends with; `permanent` says whether trying again helps."""

    exit_code: ClassVar[int] = 1
    permanent: ClassVar[bool] = True


class SourceError(CrescendoError):
    """A form, a sheet or a file cannot be read as what it should be."""


class HostileFile(SourceError):  # noqa: N818  # named for what was found
    """A workbook that asks for more memory, time or cells than the limits allow."""


class SourcesUnread(CrescendoError):  # noqa: N818  # named for what happened
    """Some sources could not be read; what was sound has landed, and nothing else was done."""


class StoreError(CrescendoError):
    """The store cannot be opened, read or written."""


class CallError(CrescendoError):
    """The command was called wrongly, or something that it needs is not set."""

    exit_code = 2


class RenderError(CrescendoError):
    """A chart, a PDF or a workbook could not be made."""


class BusyError(CrescendoError):
    """Somebody else holds the home folder; trying again later helps."""

    exit_code = 75
    permanent = False
