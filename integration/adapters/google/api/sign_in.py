"""Signing in: a token by the service account's key, asked for when it is needed.

Done by hand, because google-auth's own session also asks another host of Google's, with our token and in a thread,
from where the account may be used, and takes a broken answer of the token server for a deleted key.
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

SECONDS = 30
PERMANENT_ERRORS = (
    "invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "access_denied", "deleted_client",
    "disabled_client", "account_disabled",
)  # fmt: skip
"""What the token server says when trying again does not help."""


class TokenUnavailable(Exception):  # noqa: N818  # named for what happened
    """The token server gave no answer that can be used; it may a little later."""


class SignIn:
    """Keeps a token of one service account fresh."""

    def __init__(self, credentials: Credentials, session: Session) -> None:
        self._credentials = credentials
        self._ask = partial(Request(session), timeout=SECONDS)
        self.account = str(credentials.service_account_email)
        self.key_id = str(credentials.signer.key_id or "")

    def headers(self) -> dict[str, str]:
        """Return the header that signs a call. Raises NoAnswer, or AccessError where the key is no longer good."""
        if self._credentials.token_state is not TokenState.FRESH:
            self._refresh()
        return {"Authorization": f"Bearer {self._credentials.token}"}

    def forget(self) -> None:
        """Forget the token, because Google did not take it."""
        self._credentials.token = None

    def _refresh(self) -> None:
        try:
            self._credentials.refresh(self._ask)  # type: ignore[no-untyped-call]  # the library has no types here
        except TransportError:
            raise TokenUnavailable from None
        except RefreshError as error:
            if not any(said in str(error) for said in PERMANENT_ERRORS):
                raise TokenUnavailable from None
            raise self.refused() from None
        except GoogleAuthError:
            raise self.refused() from None
        except (ValueError, TypeError, KeyError, AttributeError):  # half an answer, which the library does not expect
            raise TokenUnavailable from None

    def refused(self) -> AccessError:
        """Return the error that says that the key is no longer good."""
        return AccessError(
            f"Google does not accept the sign-in of {self.account}: its key was deleted, or the clock of this machine "
            "is wrong; make a new key (JSON) of it, and name that file in GOOGLE_APPLICATION_CREDENTIALS."
        )


ALL = "https://www.googleapis.com/auth/"
LOOKS = "drive.metadata.readonly"
READS_FORMS = ("forms.body.readonly", "forms.responses.readonly")
READS_SHEETS, WRITES_SHEETS = "spreadsheets.readonly", "spreadsheets"


def load_credentials(path: Path, google: Google) -> Credentials:
    """Return the credentials in the key file, with the scopes that google.yaml needs; nothing is sent yet.

    Raises AccessError where the file is not the key of a service account.
    """
    try:
        facts = json.loads(path.read_bytes())
        credentials: Credentials = Credentials.from_service_account_info(facts, scopes=scopes(google))  # type: ignore[no-untyped-call]
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


def scopes(google: Google) -> list[str]:
    """Return the least rights that will do."""
    wanted = [LOOKS, *(READS_FORMS if google.forms else ()), WRITES_SHEETS if google.publish else READS_SHEETS]
    return [ALL + scope for scope in wanted]
