"""What has been kept long enough is erased, by the clock; and the audit trail shows where a line was changed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from config.errors import ConfigError
from config.schema.base import parse_retention_period
from integration.adapters.store.file import DRY_RUN_PREFIX, remove_leftovers
from integration.errors import ConfirmationRequiredError
from integration.model import SheetReading
from integration.operations import dispatch
from integration.operations.audit import find_broken_line, record_action
from integration.operations.dispatch import dry_run_job
from integration.operations.personal_data.retention import RetentionResult, apply_retention, remember_run
from integration.operations.personal_data.retention_guard import Part, is_held
from integration.operations.pipeline import Pipeline
from integration.operations.publish import publish
from integration.operations.sync import current_notices, sync
from tests.system.erasure.small_programme import (
    AS_OF,
    MINE,
    PHRASES,
    find_phrases,
    make_programme,
    make_synced_programme,
    quiet,
)

if TYPE_CHECKING:
    from pathlib import Path

    from integration.wiring import Service

LONG_AFTER = datetime(2029, 6, 1, 9, tzinfo=UTC)
END = date(2022, 7, 31)


def run_last_night(service: Service, *, now: datetime) -> None:
    """Say that retention ran the night before, and all was done."""
    remember_run(service, held=(), now=now - timedelta(days=1))


def stored(service: Service) -> set[str]:
    return service.store.responses.ids("pulse")


@pytest.mark.parametrize(
    ("words", "now", "until"),
    [
        ("35 days", datetime(2022, 3, 8, tzinfo=UTC), datetime(2022, 2, 1, tzinfo=UTC)),
        ("12 months", datetime(2024, 2, 29, tzinfo=UTC), datetime(2023, 2, 28, tzinfo=UTC)),
        ("for ever", datetime(2100, 1, 1, tzinfo=UTC), None),
        ("6 years after the programme ends", datetime(2028, 7, 31, 22, 59, tzinfo=UTC), None),
        (
            "6 Years after the programme ends",
            datetime(2028, 7, 31, 23, 0, tzinfo=UTC),
            datetime(2028, 7, 31, 23, 0, tzinfo=UTC),
        ),
    ],
)
def test_words_say_how_long(words: str, now: datetime, until: datetime | None) -> None:
    assert parse_retention_period(words).cutoff(now=now, end=END) == until


def test_words_that_say_nothing_are_a_problem_with_its_line(tmp_path: Path) -> None:
    programme = make_programme(tmp_path)
    (programme.config / "retention.yaml").write_text("answers: 6 years\nmails: a while\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"retention.yaml:2.*“a while”.*for ever"):
        programme.service()


def test_within_their_time_nothing_goes(tmp_path: Path) -> None:
    service = make_synced_programme(tmp_path).service()
    assert apply_retention(service, now=service.clock.now()).in_words() == "nothing had been kept long enough"
    assert len(stored(service)) == 5
    service.close()


def test_when_their_time_is_over_answers_go_everywhere_and_it_is_said(tmp_path: Path) -> None:
    programme = make_synced_programme(tmp_path)
    service = programme.service()
    publish(service, as_of=AS_OF, pipeline=Pipeline(service), on_step=quiet)
    programme.back_up("old.db")
    assert apply_retention(service, now=LONG_AFTER, dry=True, confirmed=True).gone["response"] == 5
    assert len(stored(service)) == 5
    assert apply_retention(service, now=LONG_AFTER, confirmed=True).gone["response"] == 5
    assert stored(service) == set()
    assert any("1 June 2029" in notice and "retention.yaml" in notice for notice in current_notices(service))
    sync(service, on_step=quiet)
    assert stored(service) == set()
    service.close()
    assert find_phrases(programme.home) == {}
    assert list((programme.home / "receipts").glob("retention-*.txt"))


def test_a_clock_that_is_wrong_by_years_erases_nobody(tmp_path: Path) -> None:
    programme = make_synced_programme(tmp_path)
    programme.correct(("pulse", MINE[0], "going_well", PHRASES["a correction"]))
    backup = programme.back_up("crescendo-2021-10-05T09-00-00Z.db").read_bytes()
    old = programme.home / "outbox" / "old.eml"
    old.parent.mkdir()
    old.touch()
    service = programme.service()
    with pytest.raises(
        ConfirmationRequiredError,
        match=r"it is 1 June 2029, and the last .* came on 5 October 2021; .* 5 of 5 responses",
    ) as caught:
        apply_retention(service, now=LONG_AFTER)
    assert caught.value.permanent, "so that the owner is told at once"
    assert (len(stored(service)), len(service.store.corrections.newest())) == (5, 1)
    assert "5 of 5 responses" in apply_retention(service, now=LONG_AFTER, dry=True).in_words()
    assert [line.detail for line in service.store.audit.lines()] == []
    service.close()
    assert (programme.home / "backups" / "crescendo-2021-10-05T09-00-00Z.db").read_bytes() == backup
    assert old.exists(), "nor does anything else go"


@pytest.mark.parametrize("ahead", [timedelta(days=370), timedelta(days=2500)])
def test_a_clock_that_is_ahead_takes_no_mail_pack_backup_or_line_of_the_trail(tmp_path: Path, ahead: timedelta) -> None:
    """What is held is said before anything goes; a dry run says the same; a person may confirm it."""
    programme = make_synced_programme(tmp_path)
    for day in range(12):
        programme.back_up(f"crescendo-2021-09-{10 + day}T09-00-00Z.db")
        mail = programme.home / "outbox" / f"{day}.eml"
        mail.parent.mkdir(exist_ok=True)
        mail.write_text("x", encoding="utf-8")
        os.utime(mail, (programme.now.timestamp(),) * 2)
    service = programme.service()
    run_last_night(service, now=programme.now)
    service.store.packs.save("northbrook", "2021-09", "digest", '{"as_of": "2021-10-01"}', built_at=programme.now)
    service.store.deliveries.claim("northbrook", "2021-09", 1, "ana@example.org", "<1@example.org>")
    for number in range(9):
        service.store.audit.write(who="ana", action="run", about=f"{number}", detail="", now=programme.now)
    now, files = programme.now + ahead, sorted(path for path in programme.home.rglob("*.*") if path.is_file())
    named = ["12 of 12 mails in the outbox", "11 of 12 old copies of the store"]
    named += ["1 of 1 pack", "8 of 9 lines of the audit trail"] if ahead > timedelta(days=2200) else []
    dry = apply_retention(service, now=now, dry=True)
    with pytest.raises(ConfirmationRequiredError) as caught:
        apply_retention(service, now=now)
    for said in (dry.unconfirmed, str(caught.value)):
        assert [name for name in named if name not in said] == []
        assert "run retention --confirm" in said
    assert sorted(path for path in programme.home.rglob("*.*") if path.is_file()) == files
    assert len(service.store.packs.all()) == len(service.store.deliveries.unconfirmed()) == 1
    assert len(service.store.audit.lines()) == 9
    assert apply_retention(service, now=programme.now + timedelta(days=1)).gone == {}, "the clock is right again"
    assert apply_retention(service, now=now, confirmed=True).gone["mail in the outbox"] == 12
    service.close()


def test_every_night_a_few_go_however_few_there_are() -> None:
    part = Part("mail in the outbox", going=3, stored=4)
    now, long_ago = datetime(2029, 6, 1, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC)
    last_night = now - timedelta(hours=24)
    assert not is_held(part, newest=long_ago, last_run=last_night, now=now)
    assert is_held(part, newest=now, last_run=now - timedelta(days=370), now=now)
    assert is_held(part, newest=now, last_run=None, now=now)
    assert is_held(part, newest=now, last_run=now + timedelta(days=370), now=now), "a time to come says nothing"
    assert is_held(Part("mail in the outbox", going=30, stored=40), newest=now, last_run=last_night, now=now)
    assert is_held(Part("mail in the outbox", going=1, stored=40), newest=long_ago, last_run=None, now=now)
    assert not is_held(Part("mail in the outbox", going=0, stored=40), newest=long_ago, last_run=None, now=now)


def test_a_line_of_the_trail_that_a_clock_wrote_that_was_ahead_keeps_no_other(tmp_path: Path) -> None:
    service = make_programme(tmp_path).service()
    for year in (2001, 2001, 2127, 2001, 2021):
        service.store.audit.write(who="ana", action="run", about="", detail="", now=datetime(year, 1, 1, tzinfo=UTC))
    run_last_night(service, now=datetime(2021, 2, 1, tzinfo=UTC))
    assert apply_retention(service, now=datetime(2021, 2, 1, tzinfo=UTC)).gone == {"line of the audit trail": 4}
    service.close()


def test_what_went_is_named_in_the_plural() -> None:
    gone = {"line on runs and alerts": 2, "older reading of a sheet": 3, "backup": 2}
    assert (
        RetentionResult(gone).in_words() == "erased 2 lines on runs and alerts, 3 older readings of sheets, 2 backups"
    )


def test_a_dry_run_works_in_the_home_folder_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If it is killed, `forget` and the next dry run find its copy there."""
    service = make_programme(tmp_path).service()
    seen = []

    def look(copy: Service, *_: object, **__: object) -> str:
        seen.append(copy.home)
        (left,) = remove_leftovers(service.home, DRY_RUN_PREFIX)
        assert left == copy.home.name, "the process that works there is left alone"
        return "tried"

    with monkeypatch.context() as instead:
        instead.setattr(dispatch, "run_job", look)
        assert "tried" in dry_run_job(service, "sync")
    assert [each.parent for each in seen] == [service.home]
    assert not service.home.exists(), "as before"


def test_counted_from_the_last_submission_only_the_older_answers_go(tmp_path: Path) -> None:
    programme = make_synced_programme(tmp_path)
    (programme.config / "retention.yaml").write_text("answers: 30 days\n", encoding="utf-8")
    service = programme.service()
    assert apply_retention(service, now=datetime(2021, 10, 8, tzinfo=UTC)).in_words() == "erased 1 response"
    with pytest.raises(ConfirmationRequiredError, match=r"3 of 4 responses .* is over .* run retention --confirm"):
        apply_retention(service, now=datetime(2021, 10, 15, tzinfo=UTC))
    assert len(stored(service)) == 4
    apply_retention(service, now=datetime(2021, 10, 15, tzinfo=UTC), confirmed=True)
    assert stored(service) == {MINE[1]}
    service.close()


def test_older_readings_of_sheets_go_and_never_the_newest(tmp_path: Path) -> None:
    service = make_programme(tmp_path).service()
    for day, cell in ((1, "first"), (2, "second")):
        service.store.sheets.land(
            "teams", SheetReading((("Ref",), (cell,))), received_at=datetime(2021, 1, day, tzinfo=UTC)
        )
    now = datetime(2023, 1, 1, tzinfo=UTC)
    run_last_night(service, now=now)
    assert apply_retention(service, now=now).gone == {"older reading of a sheet": 1}
    newest = service.store.sheets.newest("teams")
    assert newest is not None
    assert newest.rows[1] == ("second",)
    service.close()


def test_old_files_go_by_their_time(tmp_path: Path) -> None:
    programme = make_programme(tmp_path)
    service = programme.service()
    service.store.generation()  # the store was there before they were
    names = ("outbox/old.eml", "outbox/new.eml", "backups/old.db", "receipts/old.txt")
    for name in names:
        path = programme.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
        at = programme.now.timestamp() - (0 if "new" in name else 400 * 86400)
        os.utime(path, (at, at))
    run_last_night(service, now=programme.now)
    apply_retention(service, now=programme.now)
    assert [name for name in names if (programme.home / name).exists()] == ["outbox/new.eml", "receipts/old.txt"]
    service.close()


def test_a_line_of_the_trail_that_was_changed_or_taken_out_is_found(tmp_path: Path) -> None:
    programme = make_programme(tmp_path)
    service = programme.service()
    for job in ("sync", "publish", "pack"):
        record_action(service, "run", job)
    lines = service.store.audit.lines()
    service.close()
    assert find_broken_line(lines) is None
    assert find_broken_line(lines[1:]) is None
    assert find_broken_line([lines[0], lines[2]]) == lines[2]
    with closing(sqlite3.connect(programme.home / "crescendo.db")) as connection:
        connection.execute("UPDATE audit SET about = 'nothing' WHERE seq = 2")
        connection.commit()
    service = programme.service()
    broken = find_broken_line(service.store.audit.lines())
    service.close()
    assert broken is not None
    assert broken.seq == 2
