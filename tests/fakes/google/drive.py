"""Drive's two calls: what a file is, and whom it is shared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from tests.fakes.google.clock import zulu
from tests.fakes.google.errors import Refusal, drive_refusal, no_such_file
from tests.fakes.google.sharing import OWNER, WRITERS, File

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL_FILE = "kind,id,name,mimeType"
USUAL_PERMISSIONS = "kind,permissions(id,type,kind,role)"
LINKS = {
    "application/vnd.google-apps.spreadsheet": "https://docs.google.com/spreadsheets/d/{}/edit?usp=drivesdk",
    "application/vnd.google-apps.form": "https://docs.google.com/forms/d/{}/edit?usp=drivesdk",
}


def find(files: Mapping[str, File], file_id: str, email: str) -> File:
    """Return a file that this account may see; any other one is as if it were not there."""
    if file_id not in files or email not in files[file_id].roles:
        raise no_such_file(file_id)
    return files[file_id]


def file(found: File, email: str) -> dict[str, Any]:
    """Return the `File` as one account sees it, whole."""
    role = found.roles[email]
    return {
        "kind": "drive#file", "id": found.id, "name": found.name, "mimeType": found.mime_type,
        "starred": False, "trashed": found.is_trashed, "explicitlyTrashed": found.is_trashed, "spaces": ["drive"],
        "version": str(found.version), "webViewLink": LINKS[found.mime_type].format(found.id),
        "createdTime": zulu(found.created_at), "modifiedTime": zulu(found.modified_at),
        "modifiedByMe": found.modified_by == email, "shared": len(found.roles) > 1, "ownedByMe": role == "owner",
        "owners": [_user(each, email) for each, held in found.roles.items() if held == "owner"],
        "lastModifyingUser": _user(found.modified_by, email),
        "writersCanShare": True, "viewersCanCopyContent": True, "copyRequiresWriterPermission": False,
        "capabilities": {
            "canEdit": role in WRITERS, "canComment": role != "reader", "canCopy": True, "canDownload": True,
            "canShare": role in WRITERS, "canModifyContent": role in WRITERS, "canRename": role in WRITERS,
            "canReadRevisions": role in WRITERS, "canDelete": role == "owner", "canTrash": role == "owner",
        },
        **({"permissions": _permissions(found), "permissionIds": [_id(each) for each in found.roles]}
           if role in WRITERS else {}),
    }  # fmt: skip


def permissions(found: File, email: str) -> dict[str, Any]:
    """Return the `PermissionList`; only who may write may see it."""
    if found.roles[email] not in WRITERS:
        raise drive_refusal(
            403, "insufficientFilePermissions", "The user does not have sufficient permissions for this file."
        )
    return {"kind": "drive#permissionList", "permissions": _permissions(found)}


def _permissions(found: File) -> list[dict[str, Any]]:
    return [
        {
            "kind": "drive#permission", "id": _id(email), "type": "user", "emailAddress": email, "role": role,
            "displayName": email.partition("@")[0], "deleted": False, "pendingOwner": False,
        }
        for email, role in found.roles.items()
    ]  # fmt: skip


def _id(email: str) -> str:
    return str(10**19 + crc32(email.encode()))


def _user(email: str, me: str) -> dict[str, Any]:
    name = "The owner" if email == OWNER else email.partition("@")[0]
    return {
        "kind": "drive#user", "displayName": name, "me": email == me, "permissionId": _id(email),
        "emailAddress": email,
    }  # fmt: skip


def in_its_envelope(refusal: Refusal) -> Refusal:
    """Return a refusal of the common gate with the `errors` that Drive adds."""
    if not isinstance(refusal.body, dict):
        return refusal
    error = refusal.body["error"]
    reasons = {401: ("Invalid Credentials", "authError"), 403: ("Insufficient Permission", "insufficientPermissions"),
               429: ("Rate Limit Exceeded", "rateLimitExceeded")}  # fmt: skip
    message, reason = reasons.get(refusal.status, (error["message"], "backendError"))
    if any(each.get("reason") == "SERVICE_DISABLED" for each in error.get("details", [])):
        message, reason = error["message"], "accessNotConfigured"
    domain = "usageLimits" if reason in {"accessNotConfigured", "rateLimitExceeded"} else "global"
    return Refusal(
        refusal.status, {"error": {**error, "errors": [{"message": message, "domain": domain, "reason": reason}]}}
    )
