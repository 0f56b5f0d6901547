"""pack: the monthly review pack of each authority, built from frozen figures; and its mailing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from integration.errors import CallError
from integration.periods import last_day_of_month
from jobs.publish import state_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from integration.pack import PackContent
    from integration.wiring import Service
    from jobs.flow import Flow

PACK_FILES = ("pack.html", "pack.pdf", "pack.txt", "review.ics", "pack.json")
"""In the order in which they are written: the frozen figures last, so that they vouch for the others."""


@dataclass(frozen=True, slots=True)
class Built:
    """A pack in the home folder: whether it was built just now, and how many mails were handed over."""

    authority: str
    version: int
    folder: str
    is_new: bool
    mails: int = 0

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        built = f"version {self.version} " + ("built" if self.is_new else "had not changed")
        return f"{self.authority}: {built}, {self.mails} mails handed over"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which pack: of whom, of which month, as of which day, and when it was first built."""

    authority: str
    month: str
    as_of: date
    version: int
    built_at: datetime


def pack_folder(authority: str, month: str) -> str:
    """Return the pack's folder under the home folder."""
    return f"packs/{month}/{authority}"


def pack_day(month: str, reporting_date: date) -> date:
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
    make_flow: Callable[[], Flow],
    tell: Callable[[str], None],
    mail: bool = False,
) -> Built:
    """Build one authority's pack of a month where anything in it changed, and mail it if asked to.

    A month's pack is mailed to each leader once: what changed after that waits for a person.
    """
    as_of = pack_day(month, reporting_date)
    folder = pack_folder(authority, month)
    files = tuple(f"{folder}/{name}" for name in PACK_FILES)
    memory = f"pack.{month}.{authority}"
    state = f"{state_key(service, as_of)} {service.files.fingerprint(files)} {'mailed' if mail else ''}"
    if service.store.recall(memory) == state:
        return Built(authority, _newest(service, authority, month)[0], folder, is_new=False)
    tell(f"{authority} {month}")
    flow = make_flow()
    draft = _content(service, flow, authority, month, as_of)
    edition, is_new = _keep(service, draft, authority=authority, month=month, as_of=as_of)
    mails = _render(service, replace(draft, version=edition.version), edition, mail=mail)
    service.store.remember(
        memory, f"{state_key(service, as_of)} {service.files.fingerprint(files)} {'mailed' if mail else ''}"
    )
    return Built(authority, edition.version, folder, is_new=is_new, mails=mails)


def _content(service: Service, flow: Flow, authority: str, month: str, as_of: date) -> PackContent:
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


def _keep(service: Service, draft: PackContent, *, authority: str, month: str, as_of: date) -> tuple[Edition, bool]:
    """Keep the frozen figures; the same figures are the same version, with the time of its first building."""
    from integration.pack import to_json  # noqa: PLC0415

    body = to_json(draft)
    digest = hashlib.sha256(body).hexdigest()
    known = _newest(service, authority, month)[0]
    version = service.store.save_pack(authority, month, digest, body.decode(), built_at=service.clock.now())
    built_at = _newest(service, authority, month)[1]
    return Edition(authority, month, as_of, version, built_at), version != known


def _newest(service: Service, authority: str, month: str) -> tuple[int, datetime]:
    """Return the newest version of a pack and when it was built; version 0 where there is none."""
    packs = [pack for pack in service.store.packs() if (pack[0], pack[1]) == (authority, month)]
    return (packs[-1][2], packs[-1][4]) if packs else (0, service.clock.now())


def _render(service: Service, content: PackContent, edition: Edition, *, mail: bool) -> int:
    from integration import pack  # noqa: PLC0415

    svgs, pngs = {}, {}
    for chart in pack.chart_specs(content):
        svgs[chart.name] = service.charts.svg(chart.spec)
        pngs[chart.name] = service.charts.png(chart.spec, scale=PNG_SCALE)
    rendered = pack.Rendered(
        html=pack.to_html(content, {name: _data_url(png) for name, png in pngs.items()}),
        pdf=service.pdf.pdf(pack.to_typst(content), files={f"{name}.svg": svg.encode() for name, svg in svgs.items()}),
        text=pack.to_text(content),
        ics=pack.to_ics(content, stamp=edition.built_at),
        json=pack.to_json(content),
        images=pngs,
    )
    return 0
