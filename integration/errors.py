"""What can go wrong, as one tree.

    CrescendoError
    ├── SourceError            a form, a sheet or a file cannot be read as what it should be
    │   └── HostileFile        a workbook that asks for more than the limits allow
    ├── AccessError            an account, a share or an API is missing; a person must give it
    │   └── NotThere           Google knows nothing under an id
    ├── OutsideError           Google cannot be reached or is too busy; try again later
    │   ├── LostReply          nobody knows whether the call took effect; read back before trying again
    │   └── MailDelayed        the mail server cannot be reached, or takes nothing now; try again later
    ├── MailError              a mail is not taken, and a person must put that right
    ├── PublishError           the tabs cannot be written where they should stand
    ├── Several                several of these at once
    │   ├── SourcesUnread      some sources could not be read; what was sound has landed
    │   ├── PartlyPublished    some tabs could not be written; the others were
    │   └── Unerased           answers are erased from the store, but not yet from all that was published
    ├── StoreError             the store cannot be opened, read or written
    │   └── StoreAway          its server cannot be reached; try again later
    ├── CallError              the command was called wrongly, or something it needs is not set
    ├── Unconfirmed            so much would be erased for good that a person must confirm it
    ├── RenderError            a chart, a PDF or a workbook could not be made
    ├── TooLong                a job took longer than it may, and was broken off
    └── BusyError              somebody else holds the home folder; try again later

A message is one sentence: where, what was found, what to do. It never holds an answer of a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CrescendoError(Exception):
    """The root. `exit_code` is what the command line ends with; `permanent` says whether trying again helps."""

    exit_code: int = 1
    permanent: bool = True


class SourceError(CrescendoError):
    """A form, a sheet or a file cannot be read as what it should be."""


class UnsafeFileError(SourceError):  # named for what was found
    """A workbook that asks for more memory, time or cells than the limits allow."""


class AccessError(CrescendoError):
    """An account, a share or an API is missing; the sentence says who must give what to whom."""

    exit_code = 2


class NotFoundError(AccessError):  # named for what was found
    """Google knows nothing under an id: it was taken away, its time is over, or it was never there."""


class ExternalServiceError(CrescendoError):
    """Something outside cannot be reached or is too busy; trying again later helps."""

    exit_code = 75
    permanent = False


class LostReplyError(ExternalServiceError):  # named for what happened
    """A call's reply was lost, so nobody knows whether it took effect; read back before trying again."""


class MailDelayedError(ExternalServiceError):  # named for what happened
    """The mail server cannot be reached, or takes nothing now; the mail was not handed over, and later it may be."""


class MailError(CrescendoError):
    """A mail is not taken, or the mail server does not let us in; a person must put that right."""

    exit_code = 2


class PublishError(CrescendoError):
    """The tabs cannot be written where they should stand; nothing that stands there was harmed."""


class CombinedError(CrescendoError):  # named for what it is
    """Several things went wrong; it ends as the worst of them does.

    What a person must put right comes before what failed, and that before what passes by itself.
    """

    def __init__(self, causes: Iterable[CrescendoError], last: str) -> None:
        """Say each cause once, a line each, and the sentence `last`."""
        kept = tuple(causes)
        super().__init__("\n".join([*dict.fromkeys(map(str, kept)), last]))
        codes = {cause.exit_code for cause in kept}
        self.permanent = any(cause.permanent for cause in kept)
        self.exit_code = next(
            (code for code in (AccessError.exit_code, 1, ExternalServiceError.exit_code) if code in codes), 1
        )


class SourcesUnreadError(CombinedError):
    """Some sources could not be read; what was sound has landed, and nothing else was done."""


class PartlyPublishedError(CombinedError):
    """Some of the tabs could not be written; the others were."""


class ErasureIncompleteError(CombinedError):
    """Answers are erased from the store, but not yet from all that was published."""


class StoreError(CrescendoError):
    """The store cannot be opened, read or written."""


class StoreUnreachableError(StoreError):  # named for what it is
    """The server of the store cannot be reached; trying again later helps."""

    exit_code = 75
    permanent = False


class CallError(CrescendoError):
    """The command was called wrongly, or something that it needs is not set."""

    exit_code = 2


class ConfirmationRequiredError(CrescendoError):  # named for what is missing
    """So much would be erased for good that a person must confirm it; the rest was done."""


class RenderError(CrescendoError):
    """A chart, a PDF or a workbook could not be made."""


class JobTimeoutError(CrescendoError):  # named for what happened
    """A job took longer than it may, and was broken off; what it had finished is kept."""

    exit_code = 75
    permanent = False


class BusyError(CrescendoError):
    """Somebody else holds the home folder; trying again later helps."""

    exit_code = 75
    permanent = False


SINGLE_SOURCE_ERRORS = (SourceError, AccessError, ExternalServiceError, PublishError)
"""What may be wrong with one form or spreadsheet, while the others are dealt with all the same."""
