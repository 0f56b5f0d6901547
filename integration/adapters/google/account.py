"""The service account by which Google knows us: its key file, and no more rights than the configuration needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from google.auth.exceptions import GoogleAuthError
from google.oauth2.service_account import Credentials

from integration.errors import AccessError

if TYPE_CHECKING:
    from pathlib import Path

    from config.schema import Google

ALL = "https://www.googleapis.com/auth/"
LOOKS = "drive.metadata.readonly"
READS_FORMS = ("forms.body.readonly", "forms.responses.readonly")
READS_SHEETS, WRITES_SHEETS = "spreadsheets.readonly", "spreadsheets"


def sign_in(path: Path, google: Google) -> Credentials:
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
