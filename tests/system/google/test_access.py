"""What a person must give us: one sentence that names the account and what it needs, exit 2, no secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fakes.google.account import EMAIL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.commands import Ran
    from tests.system.google.story import Story

COMMANDS = ("sync", "publish")


def told(ran: Ran) -> str:
    """Return the one sentence that the command ended with; nothing secret is in what it printed."""
    assert ran.code == 2, ran.err
    assert "Traceback" not in ran.err
    for secret in ("PRIVATE KEY", "ya29", "Bearer", "assertion", "the-key-of-the-hash"):
        assert secret not in ran.out + ran.err
    lines = [line for line in ran.err.splitlines() if not line.startswith(("sync: ", "publish: "))]
    sentences = [line for line in lines if not line.startswith(("Nothing that was published before", "Written: "))]
    assert len(sentences) == 1, ran.err
    return sentences[0]


def run(story: Story, job: str) -> Ran:
    story.google.person.touch(story.data)
    words = ("--as-of", story.as_of) if job == "publish" else ()
    return story.run("run", job, *words)


@pytest.mark.parametrize("job", COMMANDS)
def test_no_key_file_is_named(story: Story, job: str) -> None:
    before = story.contents()
    words = ("--as-of", story.as_of) if job == "publish" else ()
    ran = story.run("run", job, *words, GOOGLE_APPLICATION_CREDENTIALS="")
    assert "GOOGLE_APPLICATION_CREDENTIALS is not set" in told(ran)
    assert story.contents() == before


@pytest.mark.parametrize("job", COMMANDS)
def test_the_key_file_is_missing(story: Story, job: str) -> None:
    story.account.unlink()
    assert f"GOOGLE_APPLICATION_CREDENTIALS names {story.account}, which is no file" in told(run(story, job))


def test_the_key_file_is_broken(story: Story) -> None:
    for content in (b"", b"{", b"[]", b'"text"', b'{"type": "authorized_user"}', b"\xff\xfe", b"null", b"7"):
        story.account.write_bytes(content)
        sentence = told(run(story, "sync"))
        assert str(story.account) in sentence
        assert "make a key (JSON)" in sentence


@pytest.mark.parametrize("field", ["private_key", "client_email", "token_uri"])
def test_the_key_file_lacks_something(story: Story, field: str) -> None:
    facts = json.loads(story.account.read_text(encoding="utf-8"))
    del facts[field]
    story.account.write_text(json.dumps(facts), encoding="utf-8")
    assert "is not the key of a service account" in told(run(story, "sync"))


def test_the_key_file_names_no_account(story: Story) -> None:
    facts = json.loads(story.account.read_text(encoding="utf-8"))
    story.account.write_text(json.dumps(facts | {"client_email": ""}), encoding="utf-8")
    assert "its client_email is empty" in told(run(story, "sync"))


@pytest.mark.parametrize("job", COMMANDS)
def test_the_key_was_deleted(story: Story, job: str) -> None:
    before = story.contents()
    story.google.revoke_account()
    sentence = told(run(story, job))
    assert EMAIL in sentence
    assert "its key was deleted" in sentence
    assert story.contents() == before


def test_the_token_runs_out_and_a_new_one_is_fetched(story: Story) -> None:
    story.google.meanwhile(story.google.expire_tokens, on=lambda call: call.kind == "forms")
    assert story.sync().out == "sync: nothing new\n"


@pytest.mark.parametrize("gone", [False, True])
def test_a_form_is_not_shared_or_gone_and_the_others_land(story: Story, gone: bool) -> None:  # noqa: FBT001  # a parameter of the test
    before = story.contents()
    story.answer("families", "new", team="Elm", needs_met="Agree")
    (story.google.remove if gone else story.google.revoke)(story.form("pulse"))
    sentence = told(run(story, "sync"))
    assert "The form “pulse”" in sentence
    assert EMAIL in sentence
    assert "share it with" in sentence
    assert story.contents() == before
    if not gone:
        story.google.share(story.form("pulse"), "writer")
        assert story.sync().out == "sync: nothing new\n"


def test_the_shared_sheet_is_not_shared_any_more(story: Story) -> None:
    before = story.contents()
    story.google.revoke(story.register)
    sentence = told(run(story, "sync"))
    assert "The spreadsheet “register”" in sentence
    assert f"share it with {EMAIL} as a viewer" in sentence or f"{EMAIL} may not read it" in sentence
    assert story.contents() == before


def test_the_shared_sheet_needs_only_to_be_read(story: Story) -> None:
    story.google.share(story.register, "reader")
    assert story.sync().out == "sync: nothing new\n"


def test_a_spreadsheet_to_publish_to_may_only_be_read(story: Story) -> None:
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    story.sync()
    before = story.contents()["data.xlsx"]
    story.google.share(story.data, "commenter")
    sentence = told(run(story, "publish"))
    assert "The data spreadsheet" in sentence
    assert f"{EMAIL} may not write it" in sentence
    assert "as an editor" in sentence
    assert story.contents()["data.xlsx"] == before
    story.google.share(story.data, "writer")
    story.publish()
    assert any(row["response_id"] == "new" for row in story.rows("pulse"))


@pytest.mark.parametrize("which", ["data", "summary"])
def test_a_spreadsheet_to_publish_to_is_not_shared(story: Story, which: str) -> None:
    name = "data.xlsx" if which == "data" else "summary-southmere.xlsx"
    identity = story.data if which == "data" else story.summary("southmere")
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    story.sync()
    before = story.contents()[name]
    story.google.revoke(identity)
    sentence = told(run(story, "publish"))
    assert ("The data spreadsheet" if which == "data" else "The summary spreadsheet of “southmere”") in sentence
    assert EMAIL in sentence
    assert "as an editor" in sentence
    assert story.contents()[name] == before


def test_an_api_is_switched_off(story: Story) -> None:
    before = story.contents()
    for api, name in (("forms", "Google Forms API"), ("sheets", "Google Sheets API"), ("drive", "Google Drive API")):
        story.google.disable_api(api)
        sentence = told(run(story, "sync"))
        assert f"The {name} is switched off" in sentence
        assert "https://console.cloud.google.com/apis/library/" in sentence
        story.google.enable_api(api)
    assert story.contents() == before


def test_google_yaml_has_a_wrong_id(story: Story) -> None:
    path = story.config / "google.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(story.form("pulse"), "1FAIp-mistyped-0123456789abcdefghijklmnop"), encoding="utf-8")
    sentence = told(run(story, "sync"))
    assert "google.yaml (forms: pulse)" in sentence
    assert "The form “pulse”" in sentence


def test_somebody_protected_a_tab_of_ours(story: Story) -> None:
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    story.sync()
    story.google.person.protect(story.data, "pulse")
    sentence = told(run(story, "publish"))
    assert EMAIL in sentence
    assert "The data spreadsheet" in sentence


def test_a_share_that_is_taken_back_while_we_publish(story: Story) -> None:
    """What was written stays whole; what could not be written is told, and comes once the share is back."""
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    story.answer("families", "new", team="Elm", needs_met="Agree")
    story.sync()
    story.google.meanwhile(
        lambda: story.google.revoke(story.data), on=lambda call: call.name == "sheets.spreadsheets.values.batchUpdate"
    )
    before = story.contents()["data.xlsx"]
    assert EMAIL in told(run(story, "publish"))
    assert story.contents()["data.xlsx"] == before
    story.google.share(story.data, "writer")
    story.publish()
    assert any(row["response_id"] == "new" for row in story.rows("pulse"))


def test_the_home_folder_tells_nothing_of_the_key(story: Story, tmp_path: Path) -> None:
    story.sync()
    story.publish()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "account.json")
    assert b"PRIVATE KEY" not in kept
    assert b"ya29" not in kept
