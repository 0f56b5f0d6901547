"""What can go wrong, as one tree.

    CrescendoError
    ├── SourceError                    a form, a sheet or a file cannot be read as what it should be
    │   └── UnsafeFileError            a workbook asks for more than the limits allow
    ├── AccessError                    an account, a share or an API is missing; a person must give it
    │   └── NotFoundError              Google knows nothing under an id
    ├── ExternalServiceError           Google cannot be reached or is too busy; try again later
    │   ├── LostReplyError             unknown whether a call took effect; read back before trying again
    │   └── MailDelayedError           the mail server cannot be reached, or accepts nothing now; try again later
    ├── MailError                      a mail is not accepted, and a person must put that right
    ├── PublishError                   the tabs cannot be written where they should stand
    ├── CombinedError                  several of these at once
    │   ├── SourcesUnreadError         some sources could not be read; the others have landed
    │   ├── PartlyPublishedError       some tabs could not be written; the others were
    │   └── ErasureIncompleteError     answers are erased from the store, but not yet from all that was published
    ├── StoreError                     the store cannot be opened, read or written
    │   ├── StoreUnreachableError      the store's server cannot be reached; try again later
    │   ├── StoreLostError             there is nothing in the store, beside traces of one that was in use
    │   └── StorePlaceError            something else lies where the store should be
    ├── CallError                      a command was called wrongly, or a setting that it needs is missing
    ├── ConfirmationRequiredError      a person must confirm that so much is erased for good
    ├── DisclosureError                what leaders are to see cannot be audited, so none of it goes out
    ├── RenderError                    a chart, a PDF or a workbook could not be made
    ├── JobTimeoutError                a job took longer than it may, and was stopped
    └── BusyError                      another process holds the home folder or the store; try again later
        └── BeingSavedError            a person saves a workbook just while it is to be read or replaced

A message is one sentence: where, what was found, what to do. It never holds an answer of a person.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CrescendoError(Exception):
    """The root. `exit_code` is what the command line ends with; `permanent` says whether trying again helps."""

    exit_code: int = 1
    permanent: bool = True


class SourceError(CrescendoError):
    """A form, a sheet or a file cannot be read as what it should be."""


class UnsafeFileError(SourceError):
    """A workbook asks for more memory, time or cells than the limits allow."""


class AccessError(CrescendoError):
    """An account, a share or an API is missing; the sentence says who must give what to whom."""

    exit_code = 2


class NotFoundError(AccessError):
    """Google knows nothing under an id: it was deleted, it has expired, or it never existed."""


class ExternalServiceError(CrescendoError):
    """A service outside cannot be reached or is too busy; trying again later helps."""

    exit_code = 75
    permanent = False


class LostReplyError(ExternalServiceError):
    """A call's reply was lost, so it may or may not have taken effect; read back before trying again."""


class MailDelayedError(ExternalServiceError):
    """The mail server cannot be reached, or accepts nothing now; the mail was not handed over, and later it may be."""


class MailError(CrescendoError):
    """A mail is not accepted, or the mail server refuses the sign-in; a person must put that right."""

    exit_code = 2


class PublishError(CrescendoError):
    """The tabs cannot be written where they should stand; nothing that stands there was harmed."""


class CombinedError(CrescendoError):
    """Several errors at once; the exit code is the worst of theirs.

    What a person must put right comes before what failed, and that before what passes by itself.
    """

    def __init__(self, causes: Iterable[CrescendoError], last: str) -> None:
        """List each cause once, a line each, and then the sentence `last`."""
        kept = tuple(causes)
        super().__init__("\n".join([*dict.fromkeys(map(str, kept)), last]))
        codes = {cause.exit_code for cause in kept}
        self.permanent = any(cause.permanent for cause in kept)
        self.exit_code = next(
            (code for code in (AccessError.exit_code, 1, ExternalServiceError.exit_code) if code in codes), 1
        )


class SourcesUnreadError(CombinedError):
    """Some sources could not be read; the others have landed, and nothing else was done."""


class PartlyPublishedError(CombinedError):
    """Some of the tabs could not be written; the others were."""


class ErasureIncompleteError(CombinedError):
    """Answers are erased from the store, but not yet from all that was published."""


class StoreError(CrescendoError):
    """The store cannot be opened, read or written."""


class StoreUnreachableError(StoreError):
    """The server of the store cannot be reached; trying again later helps."""

    exit_code = 75
    permanent = False


class StoreLostError(StoreError):
    """There is nothing in the store, beside traces of one that was in use; a person must say what is to count."""

    exit_code = 2


class StorePlaceError(StoreError):
    """Something else lies where the store should be: a folder, a link, another program's database."""

    exit_code = 2


class CallError(CrescendoError):
    """A command was called wrongly, or a setting that it needs is missing."""

    exit_code = 2


class ConfirmationRequiredError(CrescendoError):
    """So much would be erased for good that a person must confirm it; the rest was done."""


class RenderError(CrescendoError):
    """A chart, a PDF or a workbook could not be made."""


class JobTimeoutError(CrescendoError):
    """A job took longer than it may, and was stopped; what it had finished is kept."""

    exit_code = 75
    permanent = False


class DisclosureError(CrescendoError):
    """What leaders are to see cannot be audited, so none of it goes out: a fault of the program."""


class BusyError(CrescendoError):
    """Another process holds the home folder or the store; trying again later helps."""

    exit_code = 75
    permanent = False


class BeingSavedError(BusyError):
    """A person saves a workbook just while it is to be read or replaced; it stays as they left it."""


SINGLE_SOURCE_ERRORS = (SourceError, AccessError, ExternalServiceError, PublishError, BeingSavedError)
"""Errors of one form or spreadsheet, after which a job carries on with the others."""


def name_exhaustion(error: Exception) -> str:
    """Return what the machine, or a limit of this process, ran out of, and what to do; "" for any other error."""
    if isinstance(error, MemoryError):
        return (
            "There was not memory enough for this; nothing that was finished is lost. Let it have more (MemoryMax in "
            "the unit, ulimit -v), or end what else runs on the machine, then run it again."
        )
    if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
        return (
            "So many files are open that no other could be opened; nothing that was finished is lost. Allow more "
            "(LimitNOFILE in the unit, ulimit -n), then run it again."
        )
    return ""
