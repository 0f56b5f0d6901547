"""The command `connect`: the script alone on standard output, and what to do with it beside it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from integration.operations.connect import make_script
from tests.system.commands import Ran, run
from tests.system.connect.owner import ADDRESS, AppsScript, Owner
from tests.unit.webhooks.web_app import ENCODED_SECRET, SECRET

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "whsec_b2xkZXIgc2VjcmV0IG9mIHRoZSB0ZXN0cywgMzI="
BEGINS = "const SERVICE = "


def connect(*words: str, secrets: str = ENCODED_SECRET) -> Ran:
    return run("connect", *words, environment={"WEBHOOK_SECRETS": secrets})


def service_of(script: str) -> dict[str, str]:
    """Return what stands in a script about the service."""
    text = script.partition(BEGINS)[2]
    found: dict[str, str] = json.JSONDecoder().raw_decode(text)[0]
    return found


def test_the_script_alone_is_printed_and_what_to_do_beside_it() -> None:
    ran = connect("pulse", "--address", f"{ADDRESS}/")
    assert ran.code == 0
    assert ran.out.startswith("/**\n * Crescendo: answers at once.")
    assert ran.out.endswith("*/\n")
    assert "Give this to whoever owns the form “pulse”" in ran.err
    assert "holds a secret" in ran.err
    assert ENCODED_SECRET not in ran.err


def test_the_script_is_javascript(node: str, script: Path) -> None:
    checked = subprocess.run([node, "--check", script], capture_output=True, text=True, check=False)  # noqa: S603  # our own
    assert checked.returncode == 0, checked.stderr


def test_the_newest_secret_is_taken_and_padded_as_apps_script_wants_it() -> None:
    ran = connect("families", "--address", ADDRESS, secrets=f"{ENCODED_SECRET.rstrip('=')} {OTHER}")
    assert service_of(ran.out) == {
        "form": "families",
        "formId": "",
        "address": f"{ADDRESS}/hooks/forms/families",
        "secret": ENCODED_SECRET,
    }


def test_nothing_that_is_put_into_the_script_is_read_as_code() -> None:
    odd = "https://example.org/\"});fetch('x')//\u2028__SERVICE__\\"
    script = make_script(form="pulse", form_id="", address=odd, secret=ENCODED_SECRET)
    assert service_of(script)["address"] == f"{odd}/hooks/forms/pulse"
    assert "\u2028" not in script


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("puls", "--address", ADDRESS), "There is no form “puls”: name one of pulse, "),
        (("pulse",), "--address is missing, and google.yaml has no address under watch: give the address"),
        (("pulse", "--address", "crescendo.example.org"), "--address is “crescendo.example.org”: give"),
        (("pulse", "--address", "https://me:pass@example.org"), "give the address"),
        (("pulse", "--address", "https://example.org/?a=b"), "give the address"),
        (("pulse", "--address", "https://example.org:x"), "give the address"),
        (("pulse", "--address", "https://exa mple.org"), "give the address"),
        (("pulse", "--address", "http://example.org"), "answers would travel openly: use https."),
    ],
)
def test_what_cannot_work_is_refused_with_what_to_do(words: tuple[str, ...], said: str) -> None:
    ran = connect(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_without_a_secret_there_is_nothing_to_sign_with(tmp_path: Path) -> None:
    ran = run("connect", "pulse", "--address", ADDRESS, "--home", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("WEBHOOK_SECRETS is not set")


def test_an_address_of_this_machine_is_for_tests_only() -> None:
    ran = connect("pulse", "--address", "http://127.0.0.1:8080")
    assert ran.code == 0
    assert "Google cannot reach http://127.0.0.1:8080" in ran.err


def test_pasted_into_another_form_the_script_changes_nothing(node: str, tmp_path: Path) -> None:
    path = tmp_path / "script.js"
    path.write_text(
        make_script(form="pulse", form_id="1Pulse", address=ADDRESS, secret=ENCODED_SECRET), encoding="utf-8"
    )
    with AppsScript(node, path) as running:
        owner = Owner(running)
        owner.let(formId="1Families")
        owner.press("connect")
        assert "for the form that Crescendo calls “pulse”, and lies in another one" in owner.error
        assert (owner.triggers, owner.properties, owner.sent) == ([], {}, [])


def test_the_owner_needs_not_type_anything(script: Path) -> None:
    """What stands in the list of functions first is what is to be run; all that is ours alone is not in the list."""
    text = script.read_text(encoding="utf-8")
    named = [line.split("(")[0].removeprefix("function ") for line in text.splitlines() if line.startswith("function ")]
    assert named[0] == "connect"
    assert [name for name in named if not name.endswith("_")] == ["connect", "disconnect", "answerCame", "tryAgain"]
    assert SECRET.decode() not in text
