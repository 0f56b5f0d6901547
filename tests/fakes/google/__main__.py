"""Starts a stand-in filled with a sample, says what to set: `python -m tests.fakes.google --data DIR --folder DIR`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from config.loading.load import load_settings
from tests.fakes.google.sample import add_sample
from tests.fakes.google.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterable

DATA = "1Data-0123456789abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("config/sample"), help="a folder of forms and sheets")
    parser.add_argument("--folder", type=Path, default=Path("var/google"), help="where the key file is written")
    parser.add_argument("--config", type=Path, default=Path("config/crescendo"), help="the programme's folder")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with StandIn(port=given.port) as google:
        facts = settings(google, given.data, load_settings(given.config).programme.authorities)
        account, settings_file = given.folder / "account.json", given.folder / "google.yaml"
        email = google.account_file(account)
        settings_file.write_text(yaml.safe_dump(facts, sort_keys=False), encoding="utf-8")
        print(f"export GOOGLE_API_BASE_URL={google.url}")  # noqa: T201  # said to whoever started it
        print(f"export GOOGLE_APPLICATION_CREDENTIALS={account.resolve()}")  # noqa: T201
        print(f"# the account is {email}; {settings_file} belongs beside programme.yaml:")  # noqa: T201
        print(settings_file.read_text(encoding="utf-8"), flush=True)  # noqa: T201
        try:
            while True:
                time.sleep(60)
        except KeyboardInterrupt:
            return


def settings(google: StandIn, data: Path, authorities: Iterable[str]) -> dict[str, Any]:
    """Fill the stand-in with a sample and empty spreadsheets to publish to; return what google.yaml is to say."""
    found = add_sample(google, data)
    google.add_spreadsheet(DATA, "Data")
    summary = {authority: f"1Summary-{authority}-0123456789abcdefghijklmnop" for authority in authorities}
    for authority, spreadsheet_id in summary.items():
        google.add_spreadsheet(spreadsheet_id, f"Summary {authority}")
    return {**found, "publish": {"data": DATA, "summary": summary}}


if __name__ == "__main__":
    main()
