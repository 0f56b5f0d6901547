"""pack: the monthly review pack of each authority, built from frozen figures; and its mailing."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from integration.errors import CallError
from integration.operations.pipeline import (
    Pipeline,
    check_authority,
    check_reporting_date,
    content_fingerprint,
    state_fingerprint,
)
from integration.periods import last_day_of_month
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from integration.pack import PackContent
    from integration.wiring import Service

PACK_FILES = ("pack.html", "pack.pdf", "pack.txt", "review.ics", "pack.json")
PICTURE_SCALE = 2.0
"""Pixels of a mail's pictures for each of its points: sharp on a telephone."""


@dataclass(frozen=True, slots=True)
class BuiltPack:
    """A pack in the home folder: whether it is a new version, and how many were mailed (None: that was not asked)."""

    authority: str
    version: int
    folder: str
    is_new: bool
    mails: int | None = None

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        built = f"version {self.version} " + ("built" if self.is_new else "had not changed")
        if self.mails is None:
            return f"{self.authority}: {built}, not mailed"
        return f"{self.authority}: {built}, " + (
            f"{self.mails} mailed" if self.mails else "mailed before, to nobody again"
        )


@dataclass(frozen=True, slots=True)
class PackOutputs:
    """Every output of one pack; `pictures` are PNG by the chart's name."""

    html: str
    mail_html: str
    pdf: bytes
    text: str
    calendar: bytes
    record: bytes
    pictures: dict[str, bytes]


def pack_folder(authority: str, month: str) -> str:
    """Return the pack's folder under the home folder."""
    return f"packs/{month}/{authority}"


def pack_reporting_date(month: str, reporting_date: date) -> date:
    """Return the day as of which a month's pack speaks: its last day, or the reporting date where that is earlier."""
    year, number = (int(part) for part in month.split("-"))
    if reporting_date < date(year, number, 1):
        raise CallError(
            f"The month {month} begins after the reporting date {reporting_date}: give an earlier --month or a later "
            "--as-of."
        )
    return min(last_day_of_month(year, number), reporting_date)


def build_pack(  # noqa: PLR0913  # one call from the command line, one from the demo
    service: Service,
    *,
    authority: str,
    month: str,
    reporting_date: date,
    pipeline: Pipeline,
    on_step: Callable[[str], None],
    mail: bool = False,
) -> BuiltPack:
    """Build one authority's pack of a month where anything in it changed, and mail it if asked to.

    A month's pack is mailed to each leader once: what changed after that waits for a person.
    """
    as_of = pack_reporting_date(month, reporting_date)
    check_reporting_date(service, as_of)
    folder = pack_folder(authority, month)
    files = tuple(f"{folder}/{name}" for name in PACK_FILES)
    remembered = service.store.state.pack(month, authority)
    if remembered.get() == f"{state_fingerprint(service, as_of)} {service.files.fingerprint(files)} {mail}":
        version, mails = _newest(service, authority, month)[0], 0 if mail else None
        return BuiltPack(authority, version, folder, is_new=False, mails=mails)
    on_step(f"{authority} {month}")
    draft = _content(service, pipeline, authority, month, as_of)
    version, built_at, is_new = _keep(service, draft, authority=authority, month=month)
    content, last_rendered = replace(draft, version=version), service.store.state.rendered_pack(month, authority)
    mails = 0 if mail else None
    if last_rendered.get() != _rendered_key(service, content, files, mail=mail):
        rendered = _render(service, content, built_at)
        _write(service, folder, rendered)
        mails = _mail(service, content, rendered, built_at) if mail else None
        last_rendered.set(_rendered_key(service, content, files, mail=mail))
    remembered.set(f"{state_fingerprint(service, as_of)} {service.files.fingerprint(files)} {mail}")
    return BuiltPack(authority, version, folder, is_new=is_new, mails=mails)


def _rendered_key(service: Service, content: object, files: Sequence[str], *, mail: bool) -> str:
    return f"{content_fingerprint(service, content, service.files.fingerprint(files))} {mail}"


def _content(service: Service, flow: Pipeline, authority: str, month: str, as_of: date) -> PackContent:
    from integration.pack import build_content  # noqa: PLC0415  # not needed when nothing changed

    month_before = as_of.replace(day=1) - timedelta(days=1)
    return build_content(
        settings=service.settings,
        authority=authority,
        month=month,
        now=flow.shown(authority, as_of),
        before=flow.shown(authority, month_before),
        version=0,
    )


def _keep(service: Service, draft: PackContent, *, authority: str, month: str) -> tuple[int, datetime, bool]:
    """Keep the frozen figures; return the version, when it was first built, and whether it is new."""
    from integration.pack import compute_digest, to_json  # noqa: PLC0415

    known, _ = _newest(service, authority, month)
    version = service.store.packs.save(
        authority, month, compute_digest(draft), to_json(draft).decode(), built_at=service.clock.now()
    )
    return version, _newest(service, authority, month)[1], version != known


def _newest(service: Service, authority: str, month: str) -> tuple[int, datetime]:
    """Return the newest version of a pack and when it was built; version 0 where there is none."""
    packs = [pack for pack in service.store.packs.all() if (pack.authority, pack.month) == (authority, month)]
    return (packs[-1].version, packs[-1].built_at) if packs else (0, service.clock.now())


def _render(service: Service, content: PackContent, built_at: datetime) -> PackOutputs:
    from integration import pack  # noqa: PLC0415

    charts = pack.draw_charts(content)
    svgs = {f"{chart.name}.svg": service.charts.draw_svg(chart.spec).encode() for chart in charts}
    pictures = {chart.name: service.charts.draw_png(chart.spec, scale=PICTURE_SCALE) for chart in charts}
    return PackOutputs(
        html=pack.to_html(content, {name: _data_url(picture) for name, picture in pictures.items()}),
        mail_html=pack.to_html(content, {name: f"cid:{pack.build_content_id(content, name)}" for name in pictures}),
        pdf=service.pdf.typeset(pack.to_typst(content), files=svgs),
        text=pack.to_text(content),
        calendar=pack.to_ics(content, stamp=built_at),
        record=pack.to_json(content),
        pictures=pictures,
    )


def _write(service: Service, folder: str, rendered: PackOutputs) -> None:
    """Write the files, each at one stroke; the frozen figures last, so that they vouch for the others."""
    contents = (rendered.html.encode(), rendered.pdf, rendered.text.encode(), rendered.calendar, rendered.record)
    for name, content in zip(PACK_FILES, contents, strict=True):
        service.files.replace(f"{folder}/{name}", content)


def _mail(service: Service, content: PackContent, rendered: PackOutputs, built_at: datetime) -> int:
    """Hand over a mail to each leader who has not had this month's pack; claim first, confirm after."""
    from integration.pack import to_mails  # noqa: PLC0415

    sent = 0
    for mail in to_mails(
        content, html=rendered.mail_html, text=rendered.text, pictures=rendered.pictures, pdf=rendered.pdf,
        calendar=rendered.calendar, built_at=built_at,
    ):  # fmt: skip
        claimed = service.store.deliveries.claim(
            content.authority, content.month, content.version, mail.to_email, mail.message_id
        )
        if claimed:
            service.mailer.send(mail)
            service.store.deliveries.confirm(mail.message_id, sent_at=service.clock.now())
            sent += 1
    return sent


def _data_url(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def show_pack(service: Service, *, authority: str, month: str) -> str:
    """Return a built pack as text."""
    check_authority(service, authority)
    path = service.home / pack_folder(authority, month) / "pack.txt"
    if not path.exists():
        raise CallError(
            f"There is no pack of {authority} for {month} in {service.home}; build it with: "
            f"pack build --authority {authority} --month {month}"
        )
    return path.read_text(encoding="utf-8")


def list_packs(service: Service, *, authority: str = "", month: str | None = None) -> list[dict[str, Any]]:
    """Return the packs that were built, oldest first."""
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


def describe_packs(told: list[dict[str, Any]]) -> str:
    """Return the packs as lines that a person reads."""
    if not told:
        return "No such pack has been built."
    return "\n".join(
        f"{pack['month']}  {pack['authority']:<16} version {pack['version']}  built {format_time(pack['built_at'])}  "
        + (f"mailed {format_time(pack['mailed_at'])}" if pack["mailed_at"] else "not mailed")
        for pack in told
    )
