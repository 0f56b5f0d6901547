"""What counted and counts no more because the YAML changed: the next command that looks finds it and says so.

1. `publish` keeps the YAML by which everything counted that is to count (`counted_by`): no answer, and no count.
2. Where the YAML is another one, the stored answers are counted by both. Both see the same answers, so that what came,
   went or was corrected meanwhile makes no difference.
3. What counted by the earlier one alone is said with how many, of what, and the line of YAML that did it.
   A YAML that was kept by another version of the service, and that this one does not read, cannot be compared with:
   that is said once, by the next publish, and by `check` and `status` before it.
4. It is told until it is put back, until a person confirms that it is meant, or for 30 days, and holds nothing up.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from config.changes import find_changes, plain_counting_files, with_earlier_files
from integration.adapters.home import STORE_FILE
from integration.adapters.store.health import check_server, check_store_file
from integration.errors import SINGLE_SOURCE_ERRORS
from integration.measure.comparison import find_losses
from integration.measure.figures import calculate_figures
from integration.measure.source_comparison import Counted
from integration.model import CountingFiles, KeptLosses
from integration.operations.job_runs import today
from integration.operations.losses.wording import describe_uncomparable, note_losses
from integration.operations.pipeline import Pipeline, known_rewordings, last_reporting_date
from integration.text_format import format_number

if TYPE_CHECKING:
    from datetime import date

    from config.changes import PlainFiles
    from config.schema import Programme, Settings
    from integration.model import Rows
    from integration.wiring import Service


def look_for_losses(service: Service, pipeline: Pipeline, as_of: date | None = None) -> KeptLosses | None:
    """Return what counts no more by the present YAML; None where nothing does. Nothing is stored."""
    state, files = service.store.state, plain_counting_files(service.settings)
    kept, text = state.counted_by.get(), _encode(files)
    if kept is None or kept.files == text:
        return None
    before, after = (hashlib.sha256(each.encode()).hexdigest() for each in (kept.files, text))
    known = state.losses.get()
    if known and (known.before, known.after) == (before, after):
        return replace(known, digest=service.settings.digest)
    try:
        earlier = _read_earlier(service, kept)
    except _UncomparableError:
        return None
    earlier_files = _decode(kept.files)
    day = as_of or last_reporting_date(service) or today(service)
    losses = find_losses(*_count_by_both(service, earlier, pipeline, day))
    notes = note_losses(losses, find_changes(earlier_files, files), service.settings, earlier)
    if not notes:
        return None
    noted_at = known.noted_at if known and known.before == before and known.notes == notes else service.clock.now()
    return KeptLosses(before, after, service.settings.digest, noted_at, notes)


def find_uncomparable(service: Service) -> str:
    """Return why what counts cannot be compared with what counted before, in a sentence; "" where it can.

    So it is where this version of the service does not read the YAML that another one kept, until publish has taken the
    present one in its place.
    """
    kept = service.store.state.counted_by.get()
    if kept is None or kept.files == _encode(plain_counting_files(service.settings)):
        return ""
    try:
        _read_earlier(service, kept)
    except _UncomparableError as why:
        return describe_uncomparable(str(why))
    return ""


class _UncomparableError(Exception):
    """The YAML that was kept cannot be read by this version of the service; the message is what it does not read."""


def _read_earlier(service: Service, kept: CountingFiles) -> Settings:
    """Return the settings by which everything counted. Raises _UncomparableError."""
    try:
        return with_earlier_files(service.settings, _decode(kept.files), kept.digest)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise _UncomparableError(f"{error.title} {place}: {first['msg']}") from None
    except KeyError as error:
        raise _UncomparableError(f"{error.args[0]} is missing") from None
    except (ValueError, TypeError, AttributeError, zlib.error):
        raise _UncomparableError("it is damaged") from None


def look_without_change(service: Service, *, is_home_named: bool) -> KeptLosses | None:
    """Return the same for a command that must change nothing; None also where there is no store of this version.

    A home that was not named may be that of another programme: then nothing is said. Raises CrescendoError.
    """
    if not service.has_store:
        return None
    server = service.database_url
    health = check_server(server) if server else check_store_file(service.home / STORE_FILE)
    if not health.is_current:
        return None
    kept = service.store.state.counted_by.get()
    if kept is None or not (is_home_named or _programme_name(kept) == service.settings.programme.name):
        return None
    return look_for_losses(service, Pipeline(service, keeps_chunks=False))


def _programme_name(kept: CountingFiles) -> str:
    with suppress(ValueError, TypeError, AttributeError, zlib.error):
        return str(_decode(kept.files).get("programme.yaml", {}).get("name"))
    return ""


def remember_losses(service: Service, found: KeptLosses | None) -> tuple[str, ...]:
    """Keep what was found, and return the sentences that are new. Where there is nothing, the YAML is that to go by.

    Where nothing could be compared, that is the sentence.
    """
    state = service.store.state
    now = service.clock.now()
    if found and found.told_at(now):
        known = state.losses.get()
        told = {note.sentence for note in known.notes} if known else set()
        state.losses.set(found)
        return tuple(note.sentence for note in found.notes if note.sentence not in told)
    uncomparable = find_uncomparable(service)
    settle_losses(service)
    return (uncomparable,) if uncomparable else ()


def settle_losses(service: Service) -> str:
    """Take the present YAML for that by which everything counts; return what is told no more, in words."""
    state, settings = service.store.state, service.settings
    text = _encode(plain_counting_files(settings))
    kept = state.counted_by.get()
    if kept is None or kept.files != text:
        state.counted_by.set(CountingFiles(text, settings.digest))
    known = state.losses.get()
    notes = known.notes if known else ()
    if known and notes:
        state.losses.set(replace(known, notes=()))
    return f"confirmed that {format_number(sum(note.count for note in notes))} count no more" if notes else ""


def earlier_programme(service: Service) -> Programme | None:
    """Return the programme by which everything counted, where the YAML is another one now."""
    kept = service.store.state.counted_by.get()
    if kept is None or kept.files == _encode(plain_counting_files(service.settings)):
        return None
    with suppress(_UncomparableError):
        return _read_earlier(service, kept).programme
    return None


def _encode(files: PlainFiles) -> str:
    return base64.b64encode(zlib.compress(json.dumps(files, ensure_ascii=False, sort_keys=True).encode())).decode()


def _decode(text: str) -> PlainFiles:
    files: PlainFiles = json.loads(zlib.decompress(base64.b64decode(text)))
    return files


def _count_by_both(service: Service, earlier: Settings, pipeline: Pipeline, as_of: date) -> tuple[Counted, Counted]:
    """Return what counts by the earlier YAML and by the present one; a source that one cannot read is left out."""
    past = replace(service, settings=earlier)
    past.__dict__["store"] = service.store
    before = _read_sources(Pipeline(past, keeps_chunks=False), earlier)
    after = _read_sources(pipeline, service.settings)
    return _count(past, earlier, before, as_of, after), _count(service, service.settings, after, as_of, before)


def _read_sources(pipeline: Pipeline, settings: Settings) -> dict[str, Rows]:
    rows: dict[str, Rows] = {}
    for source in (*settings.forms, *settings.sheets):
        with suppress(*SINGLE_SOURCE_ERRORS):  # told by the command that needs it
            rows[source] = pipeline.rows_of(source)
    return rows


def _count(service: Service, settings: Settings, rows: dict[str, Rows], as_of: date, other: dict[str, Rows]) -> Counted:
    measures = {key: spec for key, spec in settings.measures.items() if spec.source in rows}
    headcounts = settings.programme.headcounts
    every = rows if headcounts is None or headcounts in rows else {**rows, headcounts: other[headcounts]}
    rewordings = {source: known_rewordings(service, source) for source in settings.forms}
    counting = settings.model_copy(update={"measures": measures})
    return Counted(settings, rows, calculate_figures(counting, every, as_of, rewordings))
