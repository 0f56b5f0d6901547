"""alerts.yaml: optional; its forms exist, its durations are words, no expiry stands there twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from config.schema import Alerts

if TYPE_CHECKING:
    from tests.unit.config.folder import Folder

EXPIRY = "{what: Password of the mail server, on: 2027-03-31, to_do: Ask for a new one.}"


def test_without_alerts_yaml_no_alert_is_mailed(folder: Folder) -> None:
    (folder.path / "alerts.yaml").unlink()
    alerts = folder.load().alerts
    assert alerts == Alerts()
    assert alerts.owner is None
    assert alerts.expires_within.timedelta == timedelta(days=14)


def test_the_shipped_alerts_yaml_names_who_receives_alerts(folder: Folder) -> None:
    alerts = folder.load().alerts
    assert alerts.owner
    assert alerts.owner.email == "change.crescendo@example.org"
    silent = {form: after.timedelta.days for form, after in alerts.silent_after.items()}
    assert silent == {"pulse": 21, "families": 60}


def test_the_example_in_the_file_is_right(folder: Folder) -> None:
    text = (folder.path / "alerts.yaml").read_text(encoding="utf-8")
    folder.write("alerts.yaml", text.replace("expiries: []", "expiries:").replace("\n#  ", "\n  "))
    (expiry,) = folder.load().alerts.expiries
    assert (expiry.what, expiry.on) == ("Password of the mail server", date(2027, 3, 31))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("silent_after: {puls: 3 weeks}", "silent_after.puls: found “puls”, which is no form; allowed: change_idea,"),
        ("silent_after: {pulse: soon}", "silent_after.pulse: found “soon”; allowed: a number of minutes,"),
        ("expires_within: 3 months", "expires_within: found “3 months”; allowed: a number of minutes,"),
        (f"expiries: [{EXPIRY}, {EXPIRY}]", "found “Password of the mail server”, which stands above already;"),
        ("owner: {name: Ana}", "email"),
        ("owners: {}", "owners"),
    ],
)
def test_a_mistake_in_alerts_yaml_is_one_line(folder: Folder, text: str, line: str) -> None:
    found = folder.write("alerts.yaml", text).only_line()
    assert found.startswith("alerts.yaml:1:")
    assert line in found


def test_a_misspelt_form_is_guessed(folder: Folder) -> None:
    assert folder.write("alerts.yaml", "silent_after: {puls: 3 weeks}").only_line().endswith("(did you mean “pulse”?)")
