"""The web side as people run it: a process that listens, keeps what it says it kept, and stops when told to."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from tests.system.commands import run
from tests.system.webhooks.running import Running
from tests.unit.webhooks.web_app import ENCODED_SECRET, envelope, response

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    with Running(tmp_path / "home") as web:
        assert web.post(envelope(response("r-1"))) == (202, b'{"status":"stored"}\n')
        web.kill()
        web.start()
        assert web.post(envelope(response("r-1"))) == (202, b'{"status":"duplicate"}\n')


def test_it_stops_when_told_to(tmp_path: Path) -> None:
    with Running(tmp_path / "home") as web:
        process = web.process
        web.stop()
        assert process is not None
        assert process.returncode == 0


def test_while_it_runs_no_store_is_exchanged_under_it(tmp_path: Path) -> None:
    """What it acknowledged would stand in a file that nobody uses any more."""
    with Running(tmp_path / "home") as web:
        web.post(envelope(response("r-1")))
        done = run("run", "backup", "--home", web.home, environment={"PSEUDONYM_KEY": "a key of the tests' own"})
        assert done.code == 0, done.err
        (copy,) = (web.home / "backups").glob("*.db")
        for words in (["restore", str(copy)], ["move-store"]):
            refused = run(*words, "--home", web.home)
            assert (refused.code, refused.err.count("\n")) == (75, 1)
            assert "The web side runs" in refused.err
        second = Running(web.home)
        with pytest.raises(AssertionError, match=r"A web side runs in .* already, and one is enough"):
            second.start()
        web.stop()
        assert run("restore", copy, "--home", web.home).code == 0


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"WEBHOOK_SECRETS": ""}, "WEBHOOK_SECRETS is not set"),
        ({"WEBHOOK_SECRETS": "whsec_c2hvcnQ="}, "has a secret shorter than 24 bytes"),
        ({"WEBHOOK_SECRETS": f"{ENCODED_SECRET} whsec_c2hvcnQ="}, "has a secret shorter than 24 bytes"),
        ({"WEBHOOK_SECRETS": "not one"}, "is no secret of a webhook"),
        ({"PUBSUB_AUDIENCE": "https://crescendo.example.org/hooks/pubsub"}, "PUBSUB_SERVICE_ACCOUNT is not"),
        ({"PUBSUB_SERVICE_ACCOUNT": "push@p.iam.gserviceaccount.com"}, "PUBSUB_AUDIENCE is not"),
        ({"DRIVE_CHANNEL_KEY": "short"}, "DRIVE_CHANNEL_KEY is shorter than 24 bytes"),
    ],
)
def test_half_a_configuration_does_not_start(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    web = Running(tmp_path / "home", environment)
    with pytest.raises(AssertionError, match=said):
        web.start()
    assert web.process is not None
    assert web.process.wait() == 2
    log = web.log_path.read_text()
    assert log.count("\n") == 1
    assert "c2hvcnQ" not in log


def test_where_nothing_more_can_be_stored_the_web_side_is_not_ready_and_takes_nothing(tmp_path: Path) -> None:
    with Running(tmp_path / "home") as web:
        assert web.process is not None
        assert web.post(envelope(response("before")))[0] == 202
        resource.prlimit(web.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        assert (web.get("/readyz"), web.post(envelope(response("meanwhile")))[0]) == (503, 503)
        assert web.get("/healthz") == 200
        resource.prlimit(web.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert (web.get("/readyz"), web.post(envelope(response("meanwhile")))[0]) == (200, 202)
