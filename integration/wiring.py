"""The service: every adapter, built from the configuration and the environment; nothing else builds them.

Also the digest of the code and the libraries, by which nothing that other code worked out is used again.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import TZPATH

from config.environment import (
    read_google_base_url,
    read_google_calls_per_minute,
    read_google_key_file,
    read_google_retry_base_seconds,
    read_mail_from,
    read_mail_server,
)
from config.schema import Google
from integration.adapters.clock import SharedClock, SystemClock
from integration.adapters.home import OUTBOX, RECEIPTS, STORE_FILE, HomeFiles, lock_home
from integration.adapters.store_place import find_traces, lost_store_sentence, newest_receipt, refuse_other_kind
from integration.errors import CallError, StoreLostError, StorePlaceError
from integration.text_format import LONDON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from config.keys import PubSubIdentity
    from config.schema import Settings
    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.watching.push_tokens import GooglePushTokens
    from integration.adapters.intake import GroupCommit
    from integration.adapters.render import ChartRenderer, PdfRenderer
    from integration.adapters.store import Store
    from integration.ports import Clock, Mailer, Publisher, Source


@dataclass(frozen=True)
class Service:
    """Everything that an operation needs; each adapter is made when it is first asked for.

    `home` holds what the service writes; `data` is the folder source, if there is one; `key` is the key of the
    hash that stands for a respondent's code. `dry` says that nothing outside the home folder may be written.
    `database_url` is the PostgreSQL database that several machines share; None for SQLite in the home folder.
    `is_demo` says that no mail may leave this machine, whatever the environment says.
    """

    settings: Settings
    home: Path
    data: Path | None
    key: bytes
    clock: Clock
    dry: bool = False
    database_url: str | None = field(default=None, repr=False)
    is_demo: bool = False
    reporting_date: date | None = None
    """The day as of which all is read and written, where that is not today."""

    @property
    def has_store(self) -> bool:
        """Whether anything can have been stored: there is the file in the home folder, or a database is named.

        Raises StoreLostError as `refuse_lost_store` does.
        """
        self.refuse_lost_store()
        return self.database_url is not None or (self.home / STORE_FILE).exists()

    def refuse_lost_store(self) -> None:
        """Raise StoreLostError as `refuse_lost_store` does."""
        refuse_lost_store(self.home, self.database_url)

    @cached_property
    def store(self) -> Store:
        """The store, moved to this version of the tables: a file in the home folder, or the database that is named.

        Raises StoreLostError where it holds nothing, though the home folder holds what one in use has left, and where
        it does not know of the last erasure, of which there is a receipt.
        """
        from integration.adapters.store import open_store  # noqa: PLC0415  # SQLAlchemy is slow to import

        self.refuse_lost_store()
        self.home.mkdir(parents=True, exist_ok=True)
        if self.database_url is None:
            store = open_store(self.store_url)
            path = self.home / STORE_FILE
            what_to_do = (
                "such as a copy put there by hand, and what was forgotten would be back; put that right with: "
                f"restore {path}"
            )
        else:
            from integration.adapters.queue import SlotQueue  # noqa: PLC0415  # only where several machines share a store

            store = open_store(self.database_url, SlotQueue(), lost=self.describe_lost_database)
            what_to_do = (
                "and what was forgotten would be back: name the right database (DATABASE_URL), take DATABASE_URL away "
                "where the file in the home folder counts, or restore the last backup into an empty database (restore "
                "FILE)"
            )
        try:
            self._refuse_superseded(store, what_to_do)
        except BaseException:
            store.close()
            raise
        return store

    def _refuse_superseded(self, store: Store, what_to_do: str) -> None:
        """Raise StoreLostError where another store counts instead, or this one does not know of the last erasure."""
        name = store.database.name
        if moved_to := store.state.moved_to.get():
            raise StoreLostError(
                f"The store {name} was carried over into {moved_to}, which counts since then: take DATABASE_URL away "
                "here; to go on with a database, carry that file into an empty one (move-store)."
            )
        receipt, digests = newest_receipt(self.home)
        if not store.tombstones.are_known(digests):
            raise StoreLostError(
                f"The store {name} does not know what {RECEIPTS}/{receipt} says was erased, so it is older than that, "
                f"{what_to_do}"
            )

    def describe_lost_database(self, name: str) -> str:
        """Return why a database in which nothing was ever stored is not begun with; "" where it may be."""
        traces = find_traces(self.home)
        if (self.home / STORE_FILE).is_file():
            traces = (STORE_FILE, *traces)
        return lost_store_sentence(self.home, name, traces, now=SystemClock().now(), is_server=True) if traces else ""

    @cached_property
    def intake(self) -> GroupCommit:
        """Stores what the webhooks bring, for many callers at once."""
        from integration.adapters.intake import GroupCommit  # noqa: PLC0415  # only the web side needs it

        return GroupCommit(self.store.responses, self.clock)

    def push_tokens(self, pusher: PubSubIdentity) -> GooglePushTokens:
        """Return what verifies Pub/Sub's tokens. Google's certificates are public: no account is needed for them."""
        from integration.adapters.google.watching.push_tokens import Certificates, GooglePushTokens  # noqa: PLC0415

        return GooglePushTokens(Certificates(read_google_base_url()), pusher)

    @property
    def store_url(self) -> str:
        """Where the store lies, as SQLAlchemy writes it; it may hold a password."""
        return self.database_url or f"sqlite:///{self.home / STORE_FILE}"

    @contextmanager
    def exclusive(self, *names: str, wait_seconds: float = 30) -> Iterator[None]:
        """Lock the home folder for the block, or in a shared database the locks of these names.

        Raises BusyError where another process still holds one after `wait_seconds`.
        """
        if self.database_url is None:
            with lock_home(self.home, wait_seconds=wait_seconds):
                yield
        else:
            from integration.adapters.store.postgresql import hold_in_database  # noqa: PLC0415  # not for SQLite

            with hold_in_database(self.database_url, names, wait_seconds=wait_seconds):
                yield

    @property
    def reads_google(self) -> bool:
        """Whether forms and sheets come from Google: google.yaml says so, and no folder was named instead."""
        google = self.settings.google
        return self.data is None and google is not None and google.is_read

    @property
    def writes_google(self) -> bool:
        """Whether the tabs go to Google."""
        return self.settings.google is not None and self.settings.google.publish is not None

    @cached_property
    def google(self) -> GoogleClient:
        """Makes the calls to Google, by the service account that the environment names."""
        from integration.adapters.google.api.calls import Budget  # noqa: PLC0415
        from integration.adapters.google.api.client import GoogleClient  # noqa: PLC0415
        from integration.adapters.google.api.resources import resources_by_id  # noqa: PLC0415
        from integration.adapters.google.api.sign_in import load_credentials  # noqa: PLC0415

        google = self.settings.google or Google()
        return GoogleClient(
            load_credentials(read_google_key_file(), google),
            base_url=read_google_base_url(),
            first_wait_seconds=read_google_retry_base_seconds(),
            budget=Budget(calls=read_google_calls_per_minute()),
            resources=resources_by_id(google),
        )

    @property
    def google_if_called(self) -> GoogleClient | None:
        """The same where this process has called Google already."""
        client: GoogleClient | None = self.__dict__.get("google")
        return client

    def format_google_requests(self) -> str:
        """Return every call to Google so far, a line each, and the sums."""
        from integration.adapters.google.api.calls import format_request_log  # noqa: PLC0415

        return format_request_log(self.google.request_log if "google" in self.__dict__ else ())

    @cached_property
    def source(self) -> Source:
        """Where forms and sheets come from: Google, or a folder."""
        from integration.adapters.sources.folder import FolderSource  # noqa: PLC0415

        if self.reads_google and self.settings.google:
            from integration.adapters.google.source import GoogleSource  # noqa: PLC0415

            return GoogleSource(self.google, self.settings.google, store=self.store, clock=self.clock)
        if self.data is None:
            raise CallError(
                "No folder of forms and sheets was named: give --data DIR, or set CRESCENDO_DATA, to the folder that "
                "holds forms/ and sheets/."
            )
        if not self.data.is_dir():
            raise CallError(f"The folder {self.data} is not there; make it, or name the right one with --data.")
        latest = self.reporting_date or self.clock.now().date()
        return FolderSource(self.data, self.settings.forms, latest=latest)

    @cached_property
    def files(self) -> HomeFiles:
        """The home folder's files, each replaced at one stroke."""
        return HomeFiles(self.home)

    @cached_property
    def publisher(self) -> Publisher:
        """Where the tabs go: spreadsheets in Google, or workbooks in the home folder."""
        google = self.settings.google
        if google and google.publish:
            from integration.adapters.google.publishing.publisher import GooglePublisher  # noqa: PLC0415

            return GooglePublisher(self.google, google.publish, store=self.store, clock=self.clock, dry=self.dry)
        from integration.adapters.workbooks.local_publisher import LocalPublisher  # noqa: PLC0415

        return LocalPublisher(files=self.files, home=self.home)

    @cached_property
    def mailer(self) -> Mailer:
        """The mail server that SMTP_URL names, else the outbox in the home folder; a demo or dry run sends none."""
        if not (self.is_demo or self.dry) and (server := read_mail_server()):
            from integration.adapters.mail.smtp import SmtpMailer  # noqa: PLC0415

            return SmtpMailer(server, sender=read_mail_from())
        from integration.adapters.mail.outbox import Outbox  # noqa: PLC0415

        return Outbox(self.home / OUTBOX)

    @cached_property
    def charts(self) -> ChartRenderer:
        """Draws charts without a browser."""
        from integration.adapters.render import ChartRenderer  # noqa: PLC0415

        return ChartRenderer()

    @cached_property
    def pdf(self) -> PdfRenderer:
        """Typesets PDFs."""
        from integration.adapters.render import PdfRenderer  # noqa: PLC0415

        return PdfRenderer()

    @cached_property
    def rules_digest(self) -> str:
        """A digest of what figures depend on beside the store: configuration, code, libraries, London's clock, the key.

        With other code, nothing kept is still true.
        """
        project = Path(__file__).parents[1]
        code = digest_code([project / "config", project / "integration"], library_folders=sys.path)
        clock = hashlib.sha256(read_zone_rules(TZPATH)).hexdigest()
        parts = (self.settings.digest, code, clock, hashlib.sha256(self.key).hexdigest())
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def close(self) -> None:
        """Close what was opened."""
        for name in ("intake", "store", "google"):
            if name in self.__dict__:
                getattr(self, name).close()


def refuse_lost_store(home: Path, database_url: str | None) -> None:
    """Raise StoreLostError where a file that is missing, empty or another program's would be taken for a new store.

    The home folder holds what only a store that was in use can have left: it was lost, or the place is wrong. Of a
    database that is known when it is opened. Raises StorePlaceError where no store was in use, and something else lies
    in its place. Nothing is made or changed by asking.
    """
    if database_url is not None:
        return
    path, now = home / STORE_FILE, SystemClock().now()
    refuse_other_kind(path)
    traces = find_traces(home)
    if not traces and not path.exists():
        return
    from integration.adapters.store.file import is_blank_file, is_foreign_file  # noqa: PLC0415  # SQLAlchemy is slow

    found = ANOTHERS if is_foreign_file(path) else ""
    if traces and (found or is_blank_file(path)):
        raise StoreLostError(lost_store_sentence(home, str(path), traces, now=now, is_server=False, found=found))
    if found:
        raise StorePlaceError(
            f"The file {path} {found}, and nothing was made or changed: move it away, or name another home (--home)."
        )


ANOTHERS = "is another program's database"
"""What is said of a file with tables that this service did not make."""


def build_service(  # noqa: PLR0913  # the parts of a service
    *, settings: Settings, home: Path, data: Path | None, key: str, clock: Clock | None = None,
    database_url: str | None = None, is_demo: bool = False, reporting_date: date | None = None,
) -> Service:  # fmt: skip
    """Return the service for one home folder; its store lies there, or in the PostgreSQL database that is named."""
    own = SystemClock()
    clock = clock or (SharedClock(own) if database_url else own)
    return Service(
        settings=settings, home=home, data=data, key=key.encode(), clock=clock,
        database_url=database_url, is_demo=is_demo, reporting_date=reporting_date,
    )  # fmt: skip


# --- the digest of the code ---------------------------------------------------------------------------------

# It is asked for at every start, so it reads each of our files once and of a library only the name of the folder in
# which its installer wrote down name and version (`scipy-1.17.1.dist-info`): to ask importlib.metadata for the versions
# of the requirements alone takes four times as long as all the rest, and says nothing of what they need themselves.

COMPILED = "__pycache__"
LIBRARY_SUFFIX = ".dist-info"


def digest_code(packages: Iterable[Path], *, library_folders: Iterable[str]) -> str:
    """Return a digest that changes with every file of the packages, every library and the version of Python."""
    code = hashlib.sha256(repr((sys.version_info[:3], list_libraries(library_folders))).encode())
    for package in packages:
        for path in list_files(package):
            content = Path(path).read_bytes()
            code.update(f"\0{package.name}{path.removeprefix(str(package))}\0{len(content)}\0".encode() + content)
    return code.hexdigest()


def read_zone_rules(folders: Iterable[str]) -> bytes:
    """Return what this machine's own files say of the clock in London, by which moments become days.

    The system replaces them with its updates. Empty where it has none: then the library tzdata serves, whose version is
    in the digest of the code.
    """
    for folder in folders:
        with suppress(OSError):
            return Path(folder, LONDON.key).read_bytes()
    return b""


def list_files(package: Path) -> Iterator[str]:
    """Give every file of a package and of what lies in it, sorted: modules, templates, whatever there will be.

    A folder directly in it that is no package holds data, such as the YAML of a programme, and is no part of the code;
    nor are hidden files, which editors leave while they work, and which may not be readable.
    """
    return _walk(str(package), is_package=lambda folder: Path(folder, "__init__.py").exists())


def _walk(folder: str, *, is_package: Callable[[str], bool] = lambda _: True) -> Iterator[str]:
    with os.scandir(folder) as entries:
        inside = sorted((each.name, each.path, each.is_dir()) for each in entries if not each.name.startswith("."))
    for name, path, is_folder in inside:
        if not is_folder:
            yield from () if name.endswith(".pyc") else (path,)
        elif name != COMPILED and is_package(path):
            yield from _walk(path)


def list_libraries(folders: Iterable[str]) -> list[str]:
    """Return name and version of each library that is installed in these folders, such as "scipy-1.17.1", sorted."""
    found: set[str] = set()
    for folder in map(Path, folders):
        if folder.is_dir():  # a path may name any
            found.update(each.stem for each in folder.iterdir() if each.suffix == LIBRARY_SUFFIX)
    return sorted(found)
