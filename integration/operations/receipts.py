"""The receipt of an erasure: what went and where from, and what cannot be recalled. No answer, no code, no id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.adapters.clock import as_datetime
from integration.adapters.home import current_user
from integration.text_format import LONDON, format_count, format_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from integration.model import Erasure
    from integration.wiring import Service

FOLDER = "receipts"
DATABASE_FILES = {
    None: "the files of the database: not yet written anew after the last step; the next forget or retention does it",
    True: "the files of the database: written anew, so that no erased row is left in them",
    False: (
        "the files of the database: the tables are written anew; the old files go at the server's next checkpoint, "
        "usually within minutes"
    ),
}
"""What is said of the database's files, by whether it is sure that they are clean."""
FORM_LINK = "https://docs.google.com/forms/d/{}/edit#responses"
SPREADSHEET_LINK = "https://docs.google.com/spreadsheets/d/{}"


def save_receipt(service: Service, erased: ErasureResult) -> tuple[str, str]:
    """Write the receipt into the home folder; return its text and where it lies."""
    text = receipt_text(service, erased)
    began_at = as_datetime(erased.erasure.began_at)
    name = f"{FOLDER}/{erased.erasure.why}-{began_at:%Y-%m-%dT%H-%M-%S-%f}Z.txt"
    return text, str(service.files.replace(name, text.encode()))


def confirm_database_files(text: str, *, is_sure: bool) -> str:
    """Return a receipt that was written before the database's files were, now that they are."""
    return text.replace(DATABASE_FILES[None], DATABASE_FILES[is_sure])


def receipt_text(service: Service, erased: ErasureResult) -> str:
    """Return the receipt's text."""
    erasure = erased.erasure
    began_at = as_datetime(erasure.began_at).astimezone(LONDON)
    lines = [
        f"Receipt: answers erased on {began_at:%d %b %Y at %H:%M} by {current_user()}, because {reasons_in_words(erasure.why)}.",  # noqa: E501
        "",
        "Erased:",
        *(f"  - {line}" for line in _erased(service, erased)),
        "",
        "These responses, each by its digest (SHA-256 of form and response id); nothing stores them again:",
        *(f"  {key:<20} {service.store.tombstones.digest(key, each)}" for key, each in erasure.responses),
        "",
        "Not erased, because it is out of our reach:",
        *(f"  - {line}" for line in _out_of_reach(service, erased)),
    ]
    return "\n".join(lines) + "\n"


def _erased(service: Service, erased: ErasureResult) -> Iterator[str]:
    erasure = erased.erasure
    if erased.only_here:
        yield "the store: nothing was left of these responses in it, for they were erased from it before"
    else:
        forms = ", ".join(
            f"{format_count(len(ids), 'response')} of {source}" for source, ids in responses_by_form(erasure).items()
        )
        versions, typed = format_count(erasure.versions, "version"), format_count(erasure.corrections, "correction")
        yield f"the store: {forms or 'no response'}, {versions} in all, and {typed} of them"
        yield "the store: all rows worked out from these"
    if erased.rewritten:
        yield f"published, now written anew: {', '.join(erased.rewritten)}"
    if erasure.packs:
        packs = ", ".join(f"{month} {authority}" for authority, month, _ in erasure.packs)
        yield f"packs that were not mailed: {packs}"
    if erased.packs:
        yield f"of these built again from what is left: {', '.join(erased.packs)}"
    if erased.backups:
        yield f"backups and stores that were put aside, each cleaned and checked: {', '.join(erased.backups)}"
    if not erased.only_here:
        yield DATABASE_FILES[erased.is_sure]
        if service.database_url is None:
            yield "the log of the database"
    yield "copies and unfinished files that runs left in the home folder when they were cut short"


def _out_of_reach(service: Service, erased: ErasureResult) -> Iterator[str]:
    for source in responses_by_form(erased.erasure):
        yield _in_the_form(service, source)
    for mail in erased.erasure.mailed:
        when = f"mailed {format_time(as_datetime(mail.sent_at).isoformat())}" if mail.sent_at else "perhaps mailed"
        yield (
            f"pack {mail.month} of {mail.authority}, version {mail.version}, {when} to {mail.recipient}: its figures "
            "may count these answers, and its record here keeps their ids; it quotes none"
        )
    if erased.only_here:
        yield (
            "packs that were mailed, and their mails in the outbox folder: the receipt of the first erasure says which"
        )
    google = service.settings.google
    if google and google.publish:
        yield (
            f"Google's version history of the data spreadsheet ({SPREADSHEET_LINK.format(google.publish.data)}): no "
            "single version can be deleted. To be rid of it, share a new empty spreadsheet with the service, name it "
            "in google.yaml under publish: data, run publish, then delete the old one and empty the bin"
        )
    if service.database_url is not None:
        yield "the database server's own log of changes (pg_wal), replicas and backups: ask whoever keeps the server"
        yield _on_other_machines(erased)
    yield from (f"backup {sentence}" for sentence in erased.unscrubbed)
    yield from (
        f"the file {name} in the home folder still holds an id of these responses, and is not ours to change: look at "
        "it, and delete it"
        for name in erased.still
    )
    yield from (
        f"{name} in the home folder, in which another process was at work: it goes when that ends; look that it has"
        for name in erased.in_use
    )
    yield "backups and snapshots of this machine's disk, and copies that people have downloaded, printed or saved"
    yield "figures that were shown before: they are not recalled, but new ones no longer count these answers"


def _on_other_machines(erased: ErasureResult) -> str:
    where = "backups, packs, mails and workbooks in the home folders of other machines"
    if erased.erasure.why == RETENTION:
        return f"{where}: run retention there, which takes away what is too old"
    return f"{where}: run the same command there, with --response and the id of each of these responses"


def _in_the_form(service: Service, source: str) -> str:
    google = service.settings.google
    form_id = google.forms.get(source) if google and service.reads_google else None
    if form_id:
        return (
            f"the response in the form itself: delete it in {source} ({FORM_LINK.format(form_id)}), and in the "
            "spreadsheet that the form fills, if it has one"
        )
    where = f"the files in {service.data / 'forms' / source}" if service.data else "the files that it is read from"
    return f"the response in the form {source} itself and in {where}: delete it there"


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What went, and where from. `unscrubbed` are sentences on backups that could not be opened.

    `rewritten` are the names of what was published anew, `still` are files in the home folder that hold ids of the
    responses and are not ours, `in_use` are copies there that a living process works on. `is_sure` says whether the
    database's own files are clean already, None: they are still to be written anew. `only_here` says that the database
    held nothing of them any more: only this home folder was cleaned.
    """

    erasure: Erasure
    backups: tuple[str, ...]
    unscrubbed: tuple[str, ...]
    rewritten: tuple[str, ...]
    packs: tuple[str, ...]
    still: tuple[str, ...]
    in_use: tuple[str, ...] = ()
    is_sure: bool | None = None
    only_here: bool = False

    def in_words(self) -> str:
        """Return how much went, in a sentence."""
        cleaned = f"{format_count(len(self.backups), 'old copy of the store')} cleaned"
        if self.only_here:
            return f"nothing was left in the store of what was forgotten before; {cleaned} in this home folder"
        gone = self.erasure
        parts = [
            format_count(len(gone.responses), "response"),
            format_count(gone.versions, "version"),
            format_count(gone.corrections, "correction"),
            format_count(len(gone.packs), "unsent pack"),
        ]
        return f"erased {', '.join(parts)}; {cleaned}"


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What was erased, its receipt, and where that is kept."""

    erased: ErasureResult
    receipt: str
    place: str


def responses_by_form(erasure: Erasure) -> Mapping[str, frozenset[str]]:
    """Return the erased response ids by their form."""
    sources = dict.fromkeys(source for source, _ in erasure.responses)
    return {each: frozenset(i for source, i in erasure.responses if source == each) for each in sources}


FORGET, RETENTION = "forget", "retention"
REASONS = {FORGET: "a person asked for it", RETENTION: "their time was over (retention.yaml)"}


def reasons_in_words(why: str) -> str:
    """Return the reasons in words."""
    return ", and because ".join(REASONS[each] for each in why.split("+"))


def first_reason(why: str) -> str:
    """Return the command or job that began it."""
    return why.split("+", maxsplit=1)[0]
