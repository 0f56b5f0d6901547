"""The result of an erasure and its receipt: what went and where from, and what cannot be recalled.

A receipt holds no answer, no code and no response id.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from integration.adapters.clock import as_datetime, write_moment
from integration.adapters.home import RECEIPTS, current_user
from integration.adapters.store_place import RECEIPT_LINE, list_files
from integration.alerts.service_conditions import DamagedReceipt
from integration.errors import StoreError
from integration.text_format import LONDON, format_count, format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from integration.model import Erasure
    from integration.wiring import Service

FORGET, RETENTION = "forget", "retention"
REASONS = {FORGET: "a person asked for it", RETENTION: "their time was over (retention.yaml)"}
"""What each erasure reason, the command or job that began it, is called in a receipt."""
DATABASE_FILES = {
    None: "the files of the database: not yet written anew after the last step; the next forget or retention does it",
    True: "the files of the database: written anew, so that no erased row is left in them",
    False: (
        "the files of the database: the tables are written anew; the old files go at the server's next checkpoint, "
        "usually within minutes"
    ),
}
"""What is said of the database's files, by whether it is sure that they are clean."""
DIGESTS_FOLLOW = "These responses, each by its digest (SHA-256 of form and response id); nothing stores them again:"
DIGESTS_END = "Not erased, because it is out of our reach:"
"""The lines of a receipt between which the digests stand, by which it is read again; those of older versions too."""
IN_THE_STORE = "  - the store: "
"""How the first line begins that says how much was erased."""
FORM_LINK = "https://docs.google.com/forms/d/{}/edit#responses"
SPREADSHEET_LINK = "https://docs.google.com/spreadsheets/d/{}"


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What went, and where from. `not_cleaned` are sentences on backups that could not be opened.

    `rewritten` are the names of what was published anew, `files_with_ids` are files in the home folder that hold ids of
    the responses and are not ours, `in_use` are copies there that a living process works on. `are_files_clean` says
    whether the database's own files are clean already, None: they are still to be written anew. `only_here` says that
    the database held nothing of them any more: only this home folder was cleaned. `unread` are sentences on files and
    folders in it that could not be read.
    """

    erasure: Erasure
    backups: tuple[str, ...]
    not_cleaned: tuple[str, ...]
    rewritten: tuple[str, ...]
    packs: tuple[str, ...]
    files_with_ids: tuple[str, ...]
    in_use: tuple[str, ...] = ()
    are_files_clean: bool | None = None
    only_here: bool = False
    unread: tuple[str, ...] = ()

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
    """The result of an erasure, its receipt, and where that lies; `is_store_shared`: by several machines."""

    result: ErasureResult
    receipt: str
    path: str
    is_store_shared: bool

    def in_words(self) -> str:
        """Return how much went, in a sentence."""
        return self.result.in_words()

    def in_full(self) -> str:
        """Return the receipt and, for the operator at the screen alone, the ids to be deleted at their source."""
        responses = self.result.erasure.responses
        ids = "\n".join(f"  {source:<20} {each}" for source, each in responses)
        commands = "".join(f"  python -m jobs forget --form {source} --response {each}\n" for source, each in responses)
        elsewhere = f"To run on each other machine, for what its home folder holds:\n{commands}\n"
        return (
            f"{self.receipt}\nTo delete in the forms (not in the receipt):\n{ids}\n\n"
            f"{elsewhere if self.is_store_shared else ''}Receipt kept as {self.path}"
        )


def save_receipt(service: Service, result: ErasureResult) -> ErasureReport:
    """Write the receipt into the home folder; return the result with it."""
    erasure = result.erasure
    began_at = as_datetime(erasure.began_at)
    reasons = ", and because ".join(REASONS[each] for each in erasure.why.split("+"))
    when = f"{began_at.astimezone(LONDON):%d %b %Y at %H:%M}"
    lines = [
        f"Receipt: answers erased on {when} by {current_user()}, because {reasons}.",
        "",
        "Erased:",
        *(f"  - {line}" for line in _erased_lines(service, result)),
        "",
        DIGESTS_FOLLOW,
        *(f"  {key:<20} {service.store.tombstones.digest(key, each)}" for key, each in erasure.responses),
        "",
        DIGESTS_END,
        *(f"  - {line}" for line in _out_of_reach_lines(service, result)),
    ]
    text = "\n".join(lines) + "\n"
    name = f"{RECEIPTS}/{erasure.why}-{began_at:%Y-%m-%dT%H-%M-%S-%f}Z.txt"
    path = str(service.files.replace(name, text.encode()))
    return ErasureReport(result, text, path, is_store_shared=service.database_url is not None)


_WHEN = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{6})Z")


def read_tombstones(home: Path) -> list[dict[str, str]]:
    """Return what the receipts in the home folder say was erased, as rows of the store's tombstones.

    A store that was lost, or a backup from before, does not know it. Raises StoreError where one cannot be read, or is
    not whole any more: what it said was erased would be back, untold.
    """
    rows: dict[str, dict[str, str]] = {}
    for path in _list_receipts(home):
        lines = _read_receipt(path)
        when = _WHEN.search(path.name)
        at = datetime.fromisoformat("{}T{}:{}:{}.{}+00:00".format(*when.groups())) if when else None
        moment = write_moment(at or datetime.fromtimestamp(path.stat().st_mtime, UTC))
        why = RETENTION if path.name.startswith(RETENTION) else FORGET
        for found in filter(None, map(RECEIPT_LINE.fullmatch, lines)):
            row = {"digest": found[2], "source": found[1], "forgotten_at": moment, "why": why}
            rows.setdefault(found[2], row)
    return list(rows.values())


def find_damaged_receipts(home: Path, *, are_known: Callable[[Collection[str]], bool]) -> Iterator[DamagedReceipt]:
    """Yield each receipt that is damaged, by which a store that is lost could not say what was forgotten.

    `are_known` says whether the store knows these digests: one that it does not know was changed on the disk or by
    hand.
    """
    try:
        receipts = _list_receipts(home)
    except StoreError as error:
        yield DamagedReceipt(RECEIPTS, str(error))
        return
    for path in receipts:
        try:
            lines = _read_receipt(path)
        except StoreError as error:
            yield DamagedReceipt(path.name, str(error))
            continue
        if _WHEN.search(path.name) and not are_known({each[2] for each in map(RECEIPT_LINE.fullmatch, lines) if each}):
            yield DamagedReceipt(path.name, _say_damaged(path))


def _list_receipts(home: Path) -> list[Path]:
    return list_files(home / RECEIPTS, "*.txt")


def _read_receipt(path: Path) -> list[str]:
    """Return the lines of a receipt. Raises StoreError where it cannot be read, or is not whole."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise StoreError(
            f"The receipt {path} cannot be read ({error.strerror}), and it says what was erased; make it readable."
        ) from None
    if _WHEN.search(path.name) and not _is_whole(lines):
        raise StoreError(_say_damaged(path))
    return lines


def _say_damaged(path: Path) -> str:
    return (
        f"The receipt {path} is damaged, and it says what was erased: put it back from your copy of {RECEIPTS}/; where "
        "there is none, move it out of there, and afterwards forget again whom your own file of requests names."
    )


_ERASED_OF = re.compile(r"([\d,]+) responses? of (\S+?),? ")


def _is_whole(lines: list[str]) -> bool:
    """Return whether nothing is missing of the digests in a receipt that this service wrote."""
    if DIGESTS_FOLLOW not in lines or DIGESTS_END not in lines:
        return False
    between = [line for line in lines[lines.index(DIGESTS_FOLLOW) + 1 : lines.index(DIGESTS_END)] if line]
    found = [each for each in map(RECEIPT_LINE.fullmatch, between) if each]
    counts = Counter(each[1] for each in found)
    told = _ERASED_OF.findall(next((f"{line} " for line in lines if line.startswith(IN_THE_STORE)), ""))
    return len(found) == len(between) and all(counts[source] == int(n.replace(",", "")) for n, source in told)


def responses_by_form(erasure: Erasure) -> Mapping[str, frozenset[str]]:
    """Return the erased response ids by their form."""
    sources = dict.fromkeys(source for source, _ in erasure.responses)
    return {each: frozenset(i for source, i in erasure.responses if source == each) for each in sources}


def first_reason(reason: str) -> str:
    """Return the command or job that began it; an erasure that another one took along has both, such as `a+b`."""
    return reason.split("+", maxsplit=1)[0]


def _erased_lines(service: Service, result: ErasureResult) -> Iterator[str]:
    erasure = result.erasure
    if result.only_here:
        yield "the store: nothing was left of these responses in it, for they were erased from it before"
    else:
        by_form = responses_by_form(erasure).items()
        forms = ", ".join(f"{format_count(len(ids), 'response')} of {source}" for source, ids in by_form)
        versions = f"{format_count(erasure.versions, 'version')} in all"
        corrections = format_count(erasure.corrections, "correction")
        yield f"the store: {forms or 'no response'}, {versions}, and {corrections} of them"
        yield "the store: all rows worked out from these"
    if result.rewritten:
        yield f"published, now written anew: {', '.join(result.rewritten)}"
    if erasure.packs:
        packs = ", ".join(f"{month} {authority}" for authority, month, _ in erasure.packs)
        yield f"packs that were not mailed: {packs}"
    if result.packs:
        yield f"of these built again from what is left: {', '.join(result.packs)}"
    if result.backups:
        yield f"backups and stores that were put aside, each cleaned and checked: {', '.join(result.backups)}"
    if not result.only_here:
        yield DATABASE_FILES[result.are_files_clean]
        if service.database_url is None:
            yield "the log of the database"
    yield "copies and unfinished files that runs left in the home folder when they were cut short"


def _out_of_reach_lines(service: Service, result: ErasureResult) -> Iterator[str]:
    google = service.settings.google
    for source in responses_by_form(result.erasure):
        form_id = google.forms.get(source) if google and service.reads_google else None
        if form_id:
            yield (
                f"the response in the form itself: delete it in {source} ({FORM_LINK.format(form_id)}), and in the "
                "spreadsheet that the form fills, if it has one"
            )
        else:
            folder = service.data / "forms" / source if service.data else None
            files = f"the files in {folder}" if folder else "the files that it is read from"
            yield f"the response in the form {source} itself and in {files}: delete it there"
    for mail in result.erasure.mailed:
        when = f"mailed {format_time(as_datetime(mail.sent_at).isoformat())}" if mail.sent_at else "perhaps mailed"
        yield (
            f"pack {mail.month} of {mail.authority}, version {mail.version}, {when} to {mail.recipient}: its figures "
            "may count these answers, and its record here keeps their ids; it quotes none"
        )
    if result.only_here:
        yield (
            "packs that were mailed, and their mails in the outbox folder: the receipt of the first erasure says which"
        )
    if google and google.publish:
        yield (
            f"Google's version history of the data spreadsheet ({SPREADSHEET_LINK.format(google.publish.data)}): no "
            "single version can be deleted. To be rid of it, share a new empty spreadsheet with the service, name it "
            "in google.yaml under publish: data, run publish, then delete the old one and empty the bin"
        )
    if service.database_url is not None:
        yield "the database server's own log of changes (pg_wal), replicas and backups: ask whoever keeps the server"
        how = (
            "run retention there, which takes away what is too old"
            if result.erasure.why == RETENTION
            else "run the same command there, with --response and the id of each of these responses"
        )
        yield f"backups, packs, mails and workbooks in the home folders of other machines: {how}"
    yield from (f"{sentence} It may hold an id of these responses: look at it" for sentence in result.unread)
    yield from (
        f"backup {sentence} It may still hold these answers: look at it, and delete it"
        for sentence in result.not_cleaned
    )
    yield from (
        f"the file {name} in the home folder still holds an id of these responses, and is not ours to change: look at "
        "it, and delete it"
        for name in result.files_with_ids
    )
    yield from (
        f"{name} in the home folder, in which another process was at work: it goes when that ends; look that it has"
        for name in result.in_use
    )
    yield "backups and snapshots of this machine's disk, and copies that people have downloaded, printed or saved"
    yield "figures that were shown before: they are not recalled, but new ones no longer count these answers"
