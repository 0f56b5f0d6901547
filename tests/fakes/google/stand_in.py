"""The stand-in for Google, for tests and for trying things out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from tests.fakes.google import watches
from tests.fakes.google.account import EMAIL, KEY_ID, write_account_file
from tests.fakes.google.export import export
from tests.fakes.google.forms import Form
from tests.fakes.google.person_edits import Person, Typed, fill
from tests.fakes.google.quota import Quota
from tests.fakes.google.reader import Watch
from tests.fakes.google.server import Server
from tests.fakes.google.service import TOKEN_PATH
from tests.fakes.google.sharing import OWNER, File, Role
from tests.fakes.google.spreadsheets import Spreadsheet
from tests.fakes.google.state import Meanwhile, State
from tests.fakes.google.tab import Tab

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from tests.fakes.google.call_log import Call

SHEET_TYPE, FORM_TYPE = "application/vnd.google-apps.spreadsheet", "application/vnd.google-apps.form"


class StandIn:
    """Google on one address of this machine: Sheets, Drive, Forms and the token server, with state.

    Leaving the context raises AssertionError if an answer broke Google's own schemas (with `discovery`) or a call
    asked for something that the product must never do; `violations` says what.
    """

    def __init__(self, *, discovery: bool = True, seed: int = 0, port: int = 0) -> None:
        self._state = State(seed=seed, checks_answers=discovery)
        self._server = Server(self._state, port)
        self.person = Person(self._state)
        self.faults = self._state.faults
        self.signers = self._state.signers
        self.forms = self._state.forms
        self.calls = self._state.calls
        self.violations = self._state.violations
        self.topics = self._state.topics
        self.channels = self._state.channels

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        if error is None and self.violations:
            raise AssertionError("\n".join(self.violations))

    @property
    def url(self) -> str:
        """Return the address that stands for all of Google's hosts."""
        return self._server.url

    @property
    def now(self) -> datetime:
        """Return what time it is here, aware UTC."""
        return self._state.clock.now()

    def advance(self, seconds: float) -> None:
        """Put the clock forward: tokens run out, quotas are filled again."""
        self._state.clock.advance(seconds)

    def account_file(self, path: Path) -> str:
        """Write the key file of the service account; return the account's e-mail address."""
        write_account_file(path, self.url + TOKEN_PATH)
        return EMAIL

    def environment(self, account: Path) -> dict[str, str]:
        """Return what the service needs in its environment to find us; `account` is the written key file."""
        return {
            "GOOGLE_APPLICATION_CREDENTIALS": str(account),
            "GOOGLE_API_BASE_URL": self.url,
            "GOOGLE_RETRY_BASE_SECONDS": "0.001",
        }

    def revoke_account(self) -> None:
        """Let the account's key be deleted: no token is given, and none given before is good."""
        self._state.tokens.is_revoked = True
        self._state.keys.until.clear()

    def key_until(self, until: datetime) -> None:
        """Let the account's key be one that ends."""
        self._state.keys.until[KEY_ID] = until

    def expire_tokens(self) -> None:
        """Let every token given so far be expired."""
        self._state.tokens.forget()

    def answer_after(self, seconds: float) -> None:
        """Let every answer take so long, as the way to Google does."""
        self._state.latency_seconds = seconds

    def disable_api(self, api: str) -> None:
        """Switch `sheets`, `drive` or `forms` off in the account's project."""
        self._state.disabled.add(api)

    def enable_api(self, api: str) -> None:
        """Switch an API on again."""
        self._state.disabled.discard(api)

    def quota(
        self, reads_per_minute: int | None = None, writes_per_minute: int | None = None, *, api: str = "sheets",
        minute_seconds: float = 60.0,
    ) -> Quota | None:  # fmt: skip
        """Allow an API only so many calls a minute; without numbers, any. A minute may be made shorter."""
        self._state.quotas.pop(api, None)
        if reads_per_minute is None and writes_per_minute is None:
            return None
        quota = Quota(
            self._state.clock, api=api, minute_seconds=minute_seconds,
            reads=10**9 if reads_per_minute is None else reads_per_minute,
            writes=10**9 if writes_per_minute is None else writes_per_minute,
        )  # fmt: skip
        self._state.quotas[api] = quota
        return quota

    def add_topic(self, name: str, *, lets_publish: bool = True) -> None:
        """Add a Pub/Sub topic by its whole name, or say anew whether Forms may publish to it."""
        self.topics[name] = lets_publish

    def suspend(self, form_id: str, reports: str, why: str = "OTHER_ERRORS", *, for_good: bool = False) -> None:
        """Let a watch be suspended; `for_good` until `mend`, else a renewal helps."""
        with self._state.lock:
            watches.suspend(self.forms[form_id], reports, why, for_good=for_good)

    def mend(self, form_id: str) -> None:
        """Put right what suspended the watches of a form; they stay suspended until they are renewed."""
        self.forms[form_id].causes.clear()

    def page_size(self, most: int) -> None:
        """Let pages of responses hold fewer than is asked for."""
        self._state.pages.most = most

    def add_form(
        self, form_id: str, form: dict[str, Any], responses: Sequence[dict[str, Any]] = (), *,
        share: Role | None = "writer",
    ) -> Form:  # fmt: skip
        """Add a form with its responses, both as the Forms API gives them."""
        with self._state.lock:
            made = Form(form_id, form, list(responses))
            self.forms[form_id] = made
            info = form.get("info", {})
            self._add_file(form_id, info.get("documentTitle") or info.get("title") or form_id, FORM_TYPE, share)
            return made

    def add_spreadsheet(
        self, spreadsheet_id: str, title: str, tabs: Mapping[str, Sequence[Sequence[Typed]]] | None = None, *,
        share: Role | None = "writer",
    ) -> Spreadsheet:  # fmt: skip
        """Add a spreadsheet; without tabs it has an empty `Sheet1`, as a new one does."""
        with self._state.lock:
            made = Spreadsheet(spreadsheet_id, title, chance=self._state.chance)
            for name, rows in (tabs or {"Sheet1": []}).items():
                tab = Tab(made.new_id() if made.tabs else 0, name)
                fill(tab, rows)
                made.tabs.append(tab)
            self._state.spreadsheets[spreadsheet_id] = made
            self._add_file(spreadsheet_id, title, SHEET_TYPE, share)
            return made

    def _add_file(self, file_id: str, name: str, mime_type: str, share: Role | None) -> None:
        now = self._state.clock.tick()
        self._state.files[file_id] = File(file_id, name, mime_type, now, now, {OWNER: "owner"})
        if share:
            self.share(file_id, share)

    def share(self, file_id: str, role: Role, email: str = EMAIL) -> None:
        """Share a file with the service account, or with someone else."""
        self._state.files[file_id].roles[email] = role

    def revoke(self, file_id: str, email: str = EMAIL) -> None:
        """Take a share back."""
        self._state.files[file_id].roles.pop(email, None)

    def remove(self, file_id: str) -> None:
        """Delete a file for good."""
        with self._state.lock:
            for held in (self._state.files, self._state.spreadsheets, self._state.forms):
                held.pop(file_id, None)

    def file(self, file_id: str) -> File:
        """Return what Drive knows of a file."""
        return self._state.files[file_id]

    def spreadsheet(self, spreadsheet_id: str) -> Spreadsheet:
        """Return a spreadsheet's state. Its tabs are replaced by every call that changes it: ask for them anew."""
        return self._state.spreadsheets[spreadsheet_id]

    def values(self, spreadsheet_id: str, tab: str) -> list[list[str | int | float | bool]]:
        """Return a tab's values, unformatted and trimmed. Raises KeyError."""
        with self._state.lock:
            return self._state.spreadsheets[spreadsheet_id].tab(tab).values()

    def export(self, spreadsheet_id: str, path: Path) -> None:
        """Write a spreadsheet as a workbook, as "Download" does."""
        with self._state.lock:
            export(self._state.spreadsheets[spreadsheet_id], path)

    def watch_tabs(self, spreadsheet_id: str) -> Watch:
        """Return what a reader sees from now on, who looks after every change."""
        with self._state.lock:
            watch = Watch(self._state.spreadsheets[spreadsheet_id])
            self._state.watches.append(watch)
            return watch

    def meanwhile(self, action: Callable[[], object], *, on: Callable[[Call], bool]) -> None:
        """Let something happen once, just before the next call for which `on` holds is applied."""
        with self._state.lock:
            self._state.meanwhile.append(Meanwhile(action, on))
