"""Clients of the stand-in as they are sold: gspread, and a session of google-auth."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import gspread
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from gspread.http_client import HTTPClient

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from requests import Response

    from tests.fakes.google.stand_in import StandIn

HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com", "https://forms.googleapis.com")
SCOPES = ("spreadsheets", "drive", "forms.body.readonly", "forms.responses.readonly")


class LocalCredentials(Credentials):
    """Credentials that do not, as google-auth 2.62.2 does, ask another host of Google's where they may be used."""

    def _build_regional_access_boundary_lookup_url(self, request: Any = None) -> str | None:  # noqa: ARG002  # the library's
        return None


@contextmanager
def gspread_client(google: StandIn, folder: Path) -> Iterator[gspread.Client]:
    """Give gspread itself, in which nothing is changed but the address of Google."""

    class LocalClient(HTTPClient):
        def request(self, method: Any, endpoint: str, *given: Any, **named: Any) -> Response:
            for host in HOSTS:
                endpoint = endpoint.replace(host, google.url)
            return super().request(method, endpoint, *given, **named)

    client = gspread.authorize(sign_in(google, folder), http_client=LocalClient)
    with client.http_client.session:
        yield client


@contextmanager
def session(google: StandIn, folder: Path, scopes: Sequence[str] = SCOPES) -> Iterator[AuthorizedSession]:
    """Give a session that signs in with these scopes when it is first used."""
    with AuthorizedSession(sign_in(google, folder, scopes)) as signed_in:  # type: ignore[no-untyped-call]
        yield signed_in


def sign_in(google: StandIn, folder: Path, scopes: Sequence[str] = SCOPES) -> LocalCredentials:
    """Return credentials of the stand-in's service account; nothing is sent yet."""
    key_file = folder / "account.json"
    google.account_file(key_file)
    whole = [f"https://www.googleapis.com/auth/{scope}" for scope in scopes]
    made: LocalCredentials = LocalCredentials.from_service_account_file(key_file, scopes=whole)  # type: ignore[no-untyped-call]
    return made
