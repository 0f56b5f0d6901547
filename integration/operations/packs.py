"""pack: the monthly review pack of an authority, from frozen figures to the mails.

1. Figures: what the authority's leaders may see, as of the month's last day and of the month before.
2. Content: everything that the pack says; frozen in the store under a version number, a new one where it differs.
3. Outputs: rendered of the content and its pictures, each as its record in `pack_outputs.py` says.
4. Files: written into the pack's folder, of each output one; the index, which vouches for the others, last.
5. Mails, where asked for: one to each leader who has not had this month's pack; claimed before it is sent, confirmed
   after, so that none is sent twice.

Steps are skipped where nothing has changed: all of them where the store, the rules, the day and the files are those of
the last time; 3 to 5 where the content, the code and the files are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from integration.errors import CallError
from integration.operations.job_runs import Progress, check_authority, no_progress, run_exclusively, today
from integration.operations.pack_outputs import (
    TEXT_FILE,
    PackMaterials,
    list_attachments,
    pack_files,
    pack_folder,
    write_outputs,
)
from integration.operations.pipeline import Pipeline, check_reporting_date, content_fingerprint, state_fingerprint
from integration.periods import last_day_of_month
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from integration.pack import PackContent
    from integration.wiring import Service

PICTURE_SCALE = 2.0
"""Pixels of a mail's pictures for each of its points: sharp on a telephone."""


@dataclass(frozen=True, slots=True)
class BuiltPack:
    """A pack in the home folder: whether it is a new version, and how many were mailed (None: that was not asked).

    `notices` say what earlier releases showed leaders and could not be taken in.
    """

    authority: str
    version: int
    folder: str
    is_new: bool
    mails: int | None = None
    notices: tuple[str, ...] = ()

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        built = f"version {self.version} " + ("built" if self.is_new else "had not changed")
        if self.mails is None:
            return f"{self.authority}: {built}, not mailed"
        mailed = f"{self.mails} mailed" if self.mails else "mailed before, to nobody again"
        return f"{self.authority}: {built}, {mailed}"


def build_packs(  # noqa: PLR0913  # the options of the command
    service: Service, *, authority: str = "", month: str | None = None, as_of: date | None = None,
    pipeline: Pipeline | None = None, progress: Progress = no_progress, mail: bool = False,
) -> tuple[BuiltPack, ...]:  # fmt: skip
    """Build the packs of one authority, or of each, as runs of the job pack that are recorded.

    The reporting date is `as_of`, or today; the month the one before the reporting date's where none is given.
    """
    check_authority(service, authority)
    reporting_date = as_of or today(service)
    authorities = (authority,) if authority else tuple(service.settings.programme.authorities)
    with progress("pack", len(authorities)) as on_step:
        build = partial(
            build_pack, service, month=month or f"{reporting_date.replace(day=1) - timedelta(days=1):%Y-%m}",
            reporting_date=reporting_date, pipeline=pipeline or Pipeline(service), on_step=on_step, mail=mail,
        )  # fmt: skip
        return tuple(run_exclusively(service, "pack", partial(build, authority=each)) for each in authorities)


def build_pack(  # noqa: PLR0913  # which pack, and how
    service: Service, *, authority: str, month: str, reporting_date: date, pipeline: Pipeline,
    on_step: Callable[[str], None], mail: bool = False,
) -> BuiltPack:  # fmt: skip
    """Build one authority's pack of a month where anything in it changed, and mail it if asked to.

    It speaks as of the month's last day, or the reporting date where that is earlier. A month's pack is mailed to each
    leader once: what changed after that waits for a person.
    """
    store, folder = service.store, pack_folder(authority, month)
    year, number = (int(part) for part in month.split("-"))
    if reporting_date < date(year, number, 1):
        raise CallError(
            f"The month {month} begins after the reporting date {reporting_date}: give an earlier --month or a later "
            "--as-of."
        )
    as_of = min(last_day_of_month(year, number), reporting_date)
    check_reporting_date(service, as_of)

    def files_fingerprint() -> str:
        return service.files.fingerprint(pack_files(authority, month))

    def inputs_fingerprint(generation: str = "") -> str:
        return f"{state_fingerprint(service, as_of, generation=generation)} {files_fingerprint()} {mail}"

    last_inputs, last_rendered = store.state.pack(month, authority), store.state.rendered_pack(month, authority)
    known_version, _ = _newest_version(service, authority, month)
    mails = 0 if mail else None
    if last_inputs.get() == inputs_fingerprint():
        return BuiltPack(authority, known_version, folder, is_new=False, mails=mails)
    on_step(f"{authority} {month}")
    content, built_at, notices = _freeze_content(service, pipeline, authority, month, as_of)

    def rendered_fingerprint() -> str:
        return f"{content_fingerprint(service, content, files_fingerprint())} {mail}"

    if last_rendered.get() != rendered_fingerprint():
        mails = _write_and_send(service, content, built_at, folder, mail=mail)
        last_rendered.set(rendered_fingerprint())
    last_inputs.set(inputs_fingerprint(pipeline.generation))
    is_new = content.version != known_version
    return BuiltPack(authority, content.version, folder, is_new=is_new, mails=mails, notices=notices)


def _newest_version(service: Service, authority: str, month: str) -> tuple[int, datetime]:
    """Return the newest version of a pack and when it was built; version 0 where there is none."""
    packs = [pack for pack in service.store.packs.all() if (pack.authority, pack.month) == (authority, month)]
    return (packs[-1].version, packs[-1].built_at) if packs else (0, service.clock.now())


def _freeze_content(
    service: Service, pipeline: Pipeline, authority: str, month: str, as_of: date
) -> tuple[PackContent, datetime, tuple[str, ...]]:
    """Store what the pack says; return it with its version, when that version was first built, and what to say."""
    from integration.pack import build_content, compute_digest, to_json  # noqa: PLC0415  # not when nothing changed

    draft = build_content(
        settings=service.settings,
        authority=authority,
        month=month,
        now=pipeline.shown(authority, as_of),
        before=pipeline.shown(authority, as_of.replace(day=1) - timedelta(days=1)),
        version=0,
    )
    notices = pipeline.remember_published()
    digest, record = compute_digest(draft), to_json(draft, with_ids=True).decode()
    version = service.store.packs.save(authority, month, digest, record, built_at=service.clock.now())
    return replace(draft, version=version), _newest_version(service, authority, month)[1], notices


def _write_and_send(
    service: Service, content: PackContent, built_at: datetime, folder: str, *, mail: bool
) -> int | None:
    """Render every output and write the files; send the mails if asked to, and return how many were sent."""
    from integration import pack  # noqa: PLC0415  # not when nothing changed

    charts = pack.draw_charts(content)
    materials = PackMaterials(
        drawings={f"{chart.name}.svg": service.charts.draw_svg(chart.spec).encode() for chart in charts},
        pictures={chart.name: service.charts.draw_png(chart.spec, scale=PICTURE_SCALE) for chart in charts},
        typesetter=service.pdf,
        built_at=built_at,
    )
    files = write_outputs(content, materials)
    for name, file in files.items():
        service.files.replace(f"{folder}/{name}", file)
    if not mail:
        return None
    urls = {name: f"cid:{pack.build_content_id(content, name)}" for name in materials.pictures}
    deliveries, sent = service.store.deliveries, 0
    for each in pack.to_mails(
        content, html=pack.to_html(content, urls), text=files[TEXT_FILE].decode(), pictures=materials.pictures,
        attachments=list_attachments(content, files), built_at=built_at,
    ):  # fmt: skip
        if deliveries.claim(content.authority, content.month, content.version, each.to_email, each.message_id):
            service.mailer.send(each)
            deliveries.confirm(each.message_id, sent_at=service.clock.now())
            sent += 1
    return sent


def describe_built(packs: Iterable[BuiltPack]) -> str:
    """Return what was done with each pack, a line each."""
    built = list(packs)
    notices = dict.fromkeys(notice for pack in built for notice in pack.notices)
    return "\n".join([*notices, *(f"pack: {pack.in_words()}" for pack in built)])


def show_pack(service: Service, *, authority: str, month: str) -> str:
    """Return a built pack as text."""
    check_authority(service, authority)
    path = service.home / pack_folder(authority, month) / TEXT_FILE
    if not path.exists():
        raise CallError(
            f"There is no pack of {authority} for {month} in {service.home}; build it with: "
            f"pack build --authority {authority} --month {month}"
        )
    return path.read_text(encoding="utf-8")


def list_packs(service: Service, *, authority: str = "", month: str | None = None) -> list[dict[str, Any]]:
    """Return the packs that were built, oldest first; times are ISO text in UTC."""
    check_authority(service, authority)
    packs = service.store.packs.all() if service.has_store else []
    return [
        {
            "authority": pack.authority,
            "month": pack.month,
            "version": pack.version,
            "built_at": pack.built_at.isoformat(),
            "mailed_at": pack.mailed_at.isoformat() if pack.mailed_at else None,
        }
        for pack in packs
        if authority in ("", pack.authority) and month in (None, pack.month)
    ]


def describe_packs(packs: list[dict[str, Any]]) -> str:
    """Return the packs as lines that a person reads."""
    if not packs:
        return "No such pack has been built."
    return "\n".join(
        f"{pack['month']}  {pack['authority']:<16} version {pack['version']}  built {format_time(pack['built_at'])}  "
        + (f"mailed {format_time(pack['mailed_at'])}" if pack["mailed_at"] else "not mailed")
        for pack in packs
    )
