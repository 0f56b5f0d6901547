"""Signs in with the service account's key: its credentials, and a token that is fetched when it is needed.

google-auth's own session is not used: in a thread, and with our token, it also asks another host of Google's from where
the account may be used; and it takes a broken answer of the token server for a deleted key.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from google.auth.credentials import TokenState
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from integration.errors import AccessError

if TYPE_CHECKING:
    from pathlib import Path

    from requests import Session

    from config.schema import Google

TIMEOUT_SECONDS = 30
PERMANENT_ERRORS = (
    "invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "access_denied", "deleted_client",
    "disabled_client", "account_disabled",
)  # fmt: skip
"""Errors of the token server that do not pass by themselves."""


class TokenUnavailable(Exception):  # noqa: N818  # named for what happened
    """The token server gave no usable answer; it may a little later."""


class SignIn:
    """Signs the calls of one service account, with a token that is renewed before it expires."""

    def __init__(self, credentials: Credentials, session: Session) -> None:
        self._credentials = credentials
        self._fetch = partial(Request(session), timeout=TIMEOUT_SECONDS)
        self.account = str(credentials.service_account_email)
        self.key_id = str(credentials.signer.key_id or "")

    def headers(self) -> dict[str, str]:
        """Return the header that signs a call. Raises TokenUnavailable, or AccessError where the key is not valid."""
        try:
            if self._credentials.token_state is not TokenState.FRESH:
                self._credentials.refresh(self._fetch)  # type: ignore[no-untyped-call]  # the library has no types here
        except TransportError:
            raise TokenUnavailable from None
        except GoogleAuthError as error:
            if isinstance(error, RefreshError) and not any(code in str(error) for code in PERMANENT_ERRORS):
                raise TokenUnavailable from None
            raise AccessError(
                f"Google does not accept the sign-in of {self.account}: its key was deleted, or the clock of this "
                "machine is wrong; make a new key (JSON) of it, and name that file in GOOGLE_APPLICATION_CREDENTIALS."
            ) from None
        except (ValueError, TypeError, KeyError, AttributeError):  # half an answer: the library does not catch these
            raise TokenUnavailable from None
        return {"Authorization": f"Bearer {self._credentials.token}"}

    def forget_token(self) -> None:
        """Forget the token, because Google rejected it."""
        self._credentials.token = None


SCOPE = "https://www.googleapis.com/auth/"
FILE_SCOPE = "drive.metadata.readonly"
FORM_SCOPES = ("forms.body.readonly", "forms.responses.readonly")
READ_SHEETS_SCOPE, WRITE_SHEETS_SCOPE = "spreadsheets.readonly", "spreadsheets"


def load_credentials(path: Path, google: Google) -> Credentials:
    """Return the credentials in the key file, with the least scopes that google.yaml needs; nothing is sent yet.

    Raises AccessError where the file is not the key of a service account.
    """
    sheets_scope = WRITE_SHEETS_SCOPE if google.publish else READ_SHEETS_SCOPE
    scopes = [SCOPE + scope for scope in (FILE_SCOPE, *(FORM_SCOPES if google.forms else ()), sheets_scope)]
    try:
        key = json.loads(path.read_bytes())
        credentials: Credentials = Credentials.from_service_account_info(key, scopes=scopes)  # type: ignore[no-untyped-call]
    except OSError as error:
        found = f"cannot be read ({error.strerror})"
    except (ValueError, TypeError, AttributeError, GoogleAuthError):
        found = "is not the key of a service account"
    else:
        if credentials.service_account_email:
            return credentials
        found = "names no account (its client_email is empty)"
    raise AccessError(
        f"GOOGLE_APPLICATION_CREDENTIALS: the file {path} {found}; in Google Cloud make a key (JSON) of the service "
        "account, and name that file."
    )
