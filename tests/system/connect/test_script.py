"""The script that `connect` prints, run as Google runs it: what people answer is stored at once, once, and whole."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from integration.operations.job_runs import name_form_shard
from tests.fakes.google.clock import zulu
from tests.system.connect.conftest import FORM_ID, token
from tests.system.webhooks.running import free_port
from tests.unit.webhooks.web_app import SECRET, response
from webhooks.hooks.forms import compute_signature, format_signature

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from integration.adapters.store import Store
    from tests.fakes.google import StandIn
    from tests.system.connect.owner import Owner
    from tests.system.webhooks.running import Running

QUESTION = "1a2b3c4d"
LOOK = name_form_shard("pulse")
_numbers = count(1)


def answer(google: StandIn, text: str = "Yes", *, at: datetime | None = None) -> str:
    """Let somebody answer the form, now or at a moment of which Google shows the answer only now; return its id."""
    response_id = f"ACYDBN-{next(_numbers)}"
    google.forms[FORM_ID].responses.append(response(response_id, zulu(at or google.now), **{QUESTION: text}))
    return response_id


def edit(google: StandIn, response_id: str, text: str) -> None:
    """Let somebody change their answer: it keeps its id."""
    (found,) = [each for each in google.forms[FORM_ID].responses if each["responseId"] == response_id]
    google.advance(1)
    found.update(
        response(response_id, zulu(google.now), **{QUESTION: text}) | {"createTime": found["createTime"]},
    )


def versions(store: Store, *response_ids: str) -> list[str]:
    """Return the ids of the stored versions of these responses, in the order in which they were stored."""
    return [each.response_id for each in store.responses.versions_after("pulse", 0) if each.response_id in response_ids]


def texts(store: Store, response_id: str) -> list[str]:
    """Return what the stored versions of a response say, in their order."""
    bodies = [
        json.loads(each.body) for each in store.responses.versions_after("pulse", 0) if each.response_id == response_id
    ]
    return [body["answers"][QUESTION]["textAnswers"]["answers"][0]["value"] for body in bodies]


def looks(store: Store) -> int:
    """Return how many times the form is still to be read because of a hint."""
    return sum(each.slot.job == LOOK for each in store.ledger.open_entries())


def forget_looks(store: Store, google: StandIn) -> None:
    """Let the form have been read as often as was asked for."""
    for each in store.ledger.open_entries():
        store.ledger.finish(each.slot, now=google.now, note="")


def statuses(requests: Sequence[Any]) -> list[int]:
    return [each["status"] for each in requests]


def test_an_answer_is_stored_at_once_under_the_id_that_the_forms_api_gives_it(
    owner: Owner, google: StandIn, store: Store
) -> None:
    given = answer(google)
    owner.somebody_answers()
    assert (owner.error, owner.log) == ("", [])
    assert versions(store, given) == [given]
    assert not owner.is_to_be_tried_again
    assert [each["status"] for each in owner.sent] == [202]


def test_what_is_sent_is_what_google_gave_and_its_letters_survive(owner: Owner, google: StandIn, store: Store) -> None:
    text = "Dŵr, tŷ, siŵr 👩‍👧 “quoted” 'single' \"double\" \\ back\nnext\r\nline\ttab \u2028 \u0000 </script> ${x} é é"
    given = answer(google, text)
    owner.somebody_answers()
    assert texts(store, given) == [text]
    assert json.loads(owner.sent[0]["body"])["data"] == google.forms[FORM_ID].responses[0]


def test_an_edited_answer_is_a_second_version_and_goes_out_under_an_id_of_its_own(
    owner: Owner, google: StandIn, store: Store
) -> None:
    given = answer(google, "first")
    owner.somebody_answers()
    edit(google, given, "second")
    owner.somebody_answers()
    assert texts(store, given) == ["first", "second"]
    assert len({each["id"] for each in owner.sent}) == 2


def test_a_second_firing_for_nothing_changes_nothing(owner: Owner, google: StandIn, store: Store) -> None:
    forget_looks(store, google)
    given = answer(google)
    owner.somebody_answers()
    before = owner.sent
    owner.time_passes(8)
    owner.somebody_answers()
    owner.ten_minutes_pass()
    assert owner.sent == before
    assert versions(store, given) == [given]
    assert looks(store) == 0
    assert not owner.is_to_be_tried_again


def test_without_the_forms_api_the_service_is_told_to_read_the_form_itself(
    owner: Owner, google: StandIn, store: Store, tmp_path: Path
) -> None:
    for refused in ("switched off", "no scope"):
        forget_looks(store, google)
        if refused == "switched off":
            google.disable_api("forms")
        else:
            google.enable_api("forms")
            owner.let(token=token(google, tmp_path, "drive.readonly"))
        given, mark = answer(google), owner.kept["mark"]
        owner.somebody_answers()
        assert owner.error == ""
        assert versions(store, given) == []
        assert owner.kept["mark"] > mark
        assert looks(store) == 1
        assert not owner.is_to_be_tried_again
    owner.press("connect")
    assert "then reads the form itself" in owner.log[-1]


def test_where_google_fails_for_a_moment_the_service_is_told_and_the_answer_still_sent(
    owner: Owner, google: StandIn, store: Store
) -> None:
    forget_looks(store, google)
    given = answer(google)
    google.faults.script(["503", "half-json"])
    for _ in range(2):
        owner.somebody_answers()
        assert owner.is_to_be_tried_again
    assert looks(store) == 1
    assert versions(store, given) == []
    owner.ten_minutes_pass()
    assert versions(store, given) == [given]
    assert not owner.is_to_be_tried_again


def test_an_answer_that_google_shows_late_is_sent_when_it_is_shown(owner: Owner, google: StandIn, store: Store) -> None:
    forget_looks(store, google)
    owner.somebody_answers()
    assert looks(store) == 1
    assert owner.is_to_be_tried_again
    given = answer(google)
    owner.ten_minutes_pass()
    assert versions(store, given) == [given]
    assert not owner.is_to_be_tried_again


def test_an_answer_that_google_shows_after_a_later_one_is_not_overlooked(
    owner: Owner, google: StandIn, store: Store
) -> None:
    earlier = google.now
    google.advance(300)
    second = answer(google)
    owner.somebody_answers()
    first = answer(google, at=earlier)
    owner.somebody_answers()
    assert versions(store, first, second) == [second, first]
    assert len(owner.sent) == 2


def test_while_the_service_is_away_answers_are_kept_and_then_sent_once(
    owner: Owner, google: StandIn, web: Running, store: Store
) -> None:
    owner.reach(google=google.url, service=f"http://127.0.0.1:{free_port()}")
    given = []
    for _ in range(3):
        given.append(answer(google))
        google.advance(900)
        owner.somebody_answers()
        assert owner.error == ""
    owner.ten_minutes_pass()
    assert owner.is_to_be_tried_again
    assert versions(store, *given) == []
    owner.reach(google=google.url, service=web.url)
    owner.let(sent=[])
    owner.ten_minutes_pass()
    owner.ten_minutes_pass()
    assert versions(store, *given) == given
    assert statuses(owner.sent) == [202, 202, 202]
    assert not owner.is_to_be_tried_again


def test_when_asked_for_patience_the_script_waits_for_the_clock(owner: Owner, google: StandIn, store: Store) -> None:
    first, second = answer(google), answer(google)
    owner.let(faults=[None, {"status": 503, "headers": {"Retry-After": "900"}}])
    owner.somebody_answers()
    assert len(versions(store, first, second)) == 1
    owner.somebody_answers()
    owner.ten_minutes_pass()
    assert len(owner.sent) == 2
    owner.ten_minutes_pass()
    assert sorted(versions(store, first, second)) == sorted([first, second])
    assert len(owner.sent) == 3
    assert not owner.is_to_be_tried_again


def test_a_killed_service_loses_none_of_three_hundred_answers_and_stores_none_twice(
    owner: Owner, google: StandIn, web: Running, store: Store
) -> None:
    google.page_size(90)
    given = [answer(google) for _ in range(300)]
    assert web.process is not None
    owner.let(killAfter={"requests": 120, "pid": web.process.pid})
    owner.somebody_answers()
    assert owner.error == ""
    assert owner.is_to_be_tried_again
    web.kill()
    web.start()
    assert len(versions(store, *given)) == 120
    owner.ten_minutes_pass()
    assert sorted(versions(store, *given)) == sorted(given)
    assert not owner.is_to_be_tried_again
    assert len(owner.sent) == 301
    owner.somebody_answers()
    assert len(owner.sent) == 301


def test_a_run_that_google_ends_is_made_good(owner: Owner, google: StandIn, store: Store) -> None:
    given = [answer(google) for _ in range(4)]
    owner.let(dieAfter=3)
    owner.somebody_answers()
    assert "maximum execution time" in owner.error
    owner.ten_minutes_pass()
    assert sorted(versions(store, *given)) == sorted(given)
    assert not owner.is_to_be_tried_again


def test_two_firings_do_not_run_side_by_side(owner: Owner, google: StandIn, store: Store) -> None:
    given = answer(google)
    owner.let(meanwhile="answerCame")
    owner.somebody_answers()
    assert len(owner.sent) == 1
    assert owner.is_to_be_tried_again
    owner.ten_minutes_pass()
    assert len(owner.sent) == 1
    assert versions(store, given) == [given]


def test_a_malformed_response_keeps_no_other_back_and_is_passed_over(
    owner: Owner, google: StandIn, store: Store
) -> None:
    odd = answer(google)
    google.forms[FORM_ID].responses[0]["createTime"] = "yesterday"
    google.advance(1)
    good = answer(google)
    owner.somebody_answers()
    assert versions(store, odd, good) == [good]
    forget_looks(store, google)
    owner.ten_minutes_pass()
    assert looks(store) == 0
    owner.ten_minutes_pass()
    assert looks(store) == 1
    assert not owner.is_to_be_tried_again
    assert statuses(owner.sent_of("form.response")) == [400, 202, 400, 400]


def test_where_the_secret_is_refused_nothing_is_lost_and_the_log_says_what_to_do(
    owner: Owner, google: StandIn, store: Store
) -> None:
    given = [answer(google), answer(google)]
    owner.let(faults=[{"status": 401}])
    owner.somebody_answers()
    assert len(owner.sent) == 1
    assert "ask the project team for a new script" in owner.log[-1]
    assert owner.is_to_be_tried_again
    owner.ten_minutes_pass()
    assert sorted(versions(store, *given)) == sorted(given)


def test_the_clock_costs_nothing_but_looks_once_a_day_for_answers_of_which_google_said_nothing(
    owner: Owner, google: StandIn, store: Store
) -> None:
    owner.ten_minutes_pass()
    owner.ten_minutes_pass()
    asked = len(google.calls)
    given = answer(google)
    owner.ten_minutes_pass()
    assert len(google.calls) == asked
    owner.time_passes(24 * 3600)
    owner.ten_minutes_pass()
    assert versions(store, given) == [given]


def test_connecting_twice_makes_no_second_triggers_and_disconnecting_leaves_nothing(owner: Owner) -> None:
    assert owner.sent == []
    owner.press("connect")
    assert owner.log[-1].startswith("Connected.")
    assert statuses(owner.sent) == [202]
    assert sorted(each["handler"] for each in owner.triggers) == ["answerCame", "tryAgain"]
    owner.press("disconnect")
    assert (owner.triggers, owner.properties) == ([], {})


def test_connecting_where_it_cannot_work_says_what_is_wrong(owner: Owner) -> None:
    owner.let(faults=[{"status": 404}])
    owner.press("connect")
    assert "no form “pulse”" in owner.log[-1]
    assert owner.error.startswith("Not connected yet")
    owner.ten_minutes_pass()
    assert statuses(owner.sent) == [404, 202]
    owner.let(formId="")
    owner.press("connect")
    assert "lies beside no form" in owner.error


def test_neither_log_nor_properties_hold_an_answer_or_the_secret(owner: Owner, google: StandIn, web: Running) -> None:
    told = "Only for the social worker"
    answer(google, told)
    owner.let(faults=[{"status": status} for status in (400, 401, 404, 413, 429, 500, 503)])
    google.faults.script([None, "half-json"])
    for _ in range(9):
        owner.somebody_answers()
        owner.time_passes(3600)
    owner.reach(google=google.url, service=f"http://127.0.0.1:{free_port()}")
    answer(google, told)
    owner.somebody_answers()
    assert len(owner.log) > 8
    left = json.dumps([owner.log, owner.error, dict(owner.properties)], ensure_ascii=False) + web.log_path.read_text()
    assert told not in left
    assert "whsec_" not in left
    assert "ACYDBN" not in left


def test_the_signature_is_that_of_standard_webhooks(owner: Owner, google: StandIn) -> None:
    """The web side takes it; here it is held against the same bytes once more, so that both are not wrong alike."""
    answer(google, "ŵ")
    owner.somebody_answers()
    (one,) = owner.sent
    stamp = one["timestamp"]
    assert one["signature"] == format_signature(compute_signature(SECRET, one["id"], stamp, one["body"].encode()))
