"""The environment variables that the service reads: each a record, of which docs/commands.md is written.

A variable without a record cannot be read (`config/environment.py` looks each up here). `make docs` writes the page.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """What an operator must know of a variable, in Markdown, without a full stop at the end of each part.

    `sets` says what it sets, `without` what happens where it is not set, `needed_by` which part of the service reads
    it. `is_secret` is true where an intruder who knows the value could do harm with it.
    """

    sets: str
    without: str
    needed_by: str
    is_secret: bool = False


WITH_GOOGLE = "jobs and commands that read or write in Google, where `google.yaml` turns it on"

VARIABLES: dict[str, Variable] = {
    "CRESCENDO_CONFIG": Variable(
        sets="the folder of YAML files, as `--config` does",
        without="`config/crescendo`",
        needed_by="everything",
    ),
    "CRESCENDO_HOME": Variable(
        sets="the folder that the service writes to, as `--home` does",
        without="`var`; the demo's is `var/demo`",
        needed_by="everything",
    ),
    "CRESCENDO_DATA": Variable(
        sets="the folder of forms and sheets, as `--data` does",
        without="the sample for `demo` and `serve`; every other command that needs the folder asks for it",
        needed_by="jobs and commands that read forms and sheets, where Google is not read",
    ),
    "PSEUDONYM_KEY": Variable(
        sets="the key of the hash that stands for a respondent's code, 16 characters or more; never change it, or "
        "codes of before and after no longer pair",
        without="the one in `keys.json` in the home folder, which `demo` and `serve` make",
        needed_by="jobs and commands that read answers",
        is_secret=True,
    ),
    "DATABASE_URL": Variable(
        sets="the PostgreSQL database that several machines share (`postgresql+psycopg://user:password@host/name`)",
        without="the store is a file in the home folder",
        needed_by="everything, where there are several machines",
        is_secret=True,
    ),
    "GOOGLE_APPLICATION_CREDENTIALS": Variable(
        sets="the path of the key file (JSON) of the service account that reads and writes in Google; the file is "
        "secret, its path is not",
        without="nothing in Google can be read or written",
        needed_by=WITH_GOOGLE,
    ),
    "GOOGLE_RETRY_BASE_SECONDS": Variable(
        sets="the first wait before a call to Google is tried again, in seconds; each further wait is longer",
        without="1",
        needed_by=WITH_GOOGLE,
    ),
    "GOOGLE_CALLS_PER_MINUTE": Variable(
        sets="how many reads, and likewise writes, of Sheets one process makes a minute; Google allows an account 60: "
        "halve it for two workers that share an account",
        without="50",
        needed_by=WITH_GOOGLE,
    ),
    "GOOGLE_API_BASE_URL": Variable(
        sets="for tests: stands in for `https://sheets.googleapis.com`, `https://www.googleapis.com` and "
        "`https://forms.googleapis.com`; plain `http` only on this machine",
        without="Google itself",
        needed_by="tests",
    ),
    "WEBHOOK_SECRETS": Variable(
        sets="by which forms' scripts sign what they send: `whsec_` and the Base64 of 24 random bytes or more; several "
        "with a space between, the newest first, to [change one for another](operations.md#changing-webhook_secrets)",
        without="the one in `keys.json` in the home folder, which `serve` makes; else the web side does not start",
        needed_by="the web side and `connect`",
        is_secret=True,
    ),
    "PUBSUB_AUDIENCE": Variable(
        sets="turns `/hooks/pubsub` on, together with the next one: the audience of the [push subscription](google.md)",
        without="Google tells of no new answers; forms are read every few minutes all the same",
        needed_by="the web side",
    ),
    "PUBSUB_SERVICE_ACCOUNT": Variable(
        sets="the e-mail address of the service account that the subscription pushes as",
        without="Google tells of no new answers: neither without the other",
        needed_by="the web side",
    ),
    "DRIVE_CHANNEL_KEY": Variable(
        sets="turns `/hooks/drive` on: the key of the channels' tokens, 24 characters or more",
        without="Google tells of no changed sheets; they are read every few minutes all the same",
        needed_by="the web side and the job `renew-watches`: the same for both",
        is_secret=True,
    ),
    "SMTP_URL": Variable(
        sets="the mail server: `smtp://user:password@host:587?tls=starttls` or `smtps://user:password@host`; without "
        "encryption (`?tls=none`) only to this machine, or without a password. In the user and the password write "
        "`%40` for `@` and so on",
        without="mails go into `outbox/` in the home folder; the demo's always do",
        needed_by="whatever mails",
        is_secret=True,
    ),
    "MAIL_FROM": Variable(
        sets="the address from which every mail is sent, on the envelope and in the mail",
        without="that of the sender in `packs.yaml`",
        needed_by="whatever mails",
    ),
    "HEARTBEAT_URL": Variable(
        sets="the address (`https://`) of an outside monitor, asked once a minute while no job is late",
        without="no monitor hears of the service",
        needed_by="`start`, `serve` and `worker`",
        is_secret=True,
    ),
    "SUDO_USER": Variable(
        sets="set by `sudo`: whose name stands in the audit trail, as in `ada (as crescendo)@host`",
        without="the name of the user whose process it is",
        needed_by="commands that are recorded in the audit trail",
    ),
}
"""In the order of the page: folders, the store, Google, the web side, mail and the monitor, the audit trail."""
