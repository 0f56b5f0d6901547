"""A whole programme in the stand-in: a sample's forms and sheets, empty spreadsheets, and google.yaml to find them.

    python -m tests.fakes.google.programme HOME      (`make demo-google`)

runs the main job against it and downloads the spreadsheets that it wrote, so that they can be looked at.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from config.loading.load import load_settings
from tests.fakes.google.__main__ import settings
from tests.fakes.google.stand_in import StandIn
from tests.system.commands import PROJECT, SAMPLE, Ran, run_process

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG = PROJECT / "config" / "crescendo"
KEY = "the-key-of-the-hash-in-the-tests"


@dataclass(frozen=True)
class Programme:
    """The stand-in with the sample in it, the configuration that names it, and a home folder."""

    google: StandIn
    config: Path
    home: Path
    facts: Mapping[str, Any]
    account: Path

    @property
    def data(self) -> str:
        """The id of the data spreadsheet."""
        return str(self.facts["publish"]["data"])

    @property
    def published(self) -> dict[str, str]:
        """The ids of what is published, by the names of the workbooks that stand for them on disk."""
        summaries = self.facts["publish"]["summary"]
        return {"data.xlsx": self.data, **{f"summary-{key}.xlsx": each for key, each in summaries.items()}}

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to find the stand-in."""
        return {**self.google.environment(self.account), "PSEUDONYM_KEY": KEY}

    def run(self, *words: object) -> Ran:
        """Run a command of the service on this programme."""
        return run_process(*words, "--config", self.config, "--home", self.home, environment=self.environment)

    def export(self) -> None:
        """Download what was published into the home folder, as workbooks."""
        for name, identity in self.published.items():
            self.google.export(identity, self.home / name)


def set_up(
    google: StandIn, folder: Path, *, data: Path = SAMPLE, config: Path = PROJECT / "config/crescendo"
) -> Programme:
    """Fill the stand-in with the sample in `data`, and write the configuration and the key file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(config, folder / "config", dirs_exist_ok=True)
    facts = json.loads(json.dumps(settings(google, data, load_settings(config).programme.authorities)))
    (folder / "config" / "google.yaml").write_text(yaml.safe_dump(facts, sort_keys=False), encoding="utf-8")
    account = folder / "account.json"
    google.account_file(account)
    return Programme(google, folder / "config", folder, facts, account)


def main() -> None:
    """Run the demo against the stand-in, and say what to open."""
    folder = Path(sys.argv[1])
    with StandIn() as google:
        programme = set_up(google, folder)
        ran = programme.run("demo")
        programme.export()
        sys.stdout.write(ran.out)
        sys.stderr.write(ran.err)
        again = programme.run("run", "sync", "--debug-traffic")
        sys.stdout.write(
            f"\nDownloaded into {folder}: {', '.join(programme.published)}.\n\nA second sync:\n{again.out}"
        )
    sys.exit(ran.code or again.code)


if __name__ == "__main__":
    main()
