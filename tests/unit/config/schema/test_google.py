# ruff: noqa: E501  # a table reads best with one case a line
"""google.yaml: ids and links, names that the other files have, and nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.schema import Google, Publish, Watch

if TYPE_CHECKING:
    from tests.unit.config.folder import Folder

FORMS = "forms: {pulse: form-pulse, time_and_barriers: form-time, families: form-families, change_idea: form-idea}\n"
SHEETS = "sheets: {register: sheet-register}\n"
PUBLISH = "publish: {data: sheet-data, summary: {northbrook: sheet-north, southmere: sheet-south}}\n"
DOCS = "https://docs.google.com"


def test_without_the_file_google_is_off(folder: Folder) -> None:
    assert folder.load().google is None


def test_with_the_file_google_is_on_and_says_what_goes_by_it(folder: Folder) -> None:
    google = folder.write("google.yaml", FORMS + SHEETS + PUBLISH).load().google
    assert google == Google(
        forms={"pulse": "form-pulse", "time_and_barriers": "form-time", "families": "form-families", "change_idea": "form-idea"},
        sheets={"register": "sheet-register"},
        publish=Publish(data="sheet-data", summary={"northbrook": "sheet-north", "southmere": "sheet-south"}),
    )  # fmt: skip
    assert google.in_words() == "4 forms and 1 spreadsheet from Google, tabs to 3 spreadsheets in Google"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (FORMS, "4 forms from Google"),
        (SHEETS, "1 spreadsheet from Google"),
        (PUBLISH, "tabs to 3 spreadsheets in Google"),
        ("{}", "nothing by Google yet"),
    ],
)
def test_each_part_can_stand_alone(folder: Folder, part: str, words: str) -> None:
    google = folder.write("google.yaml", part).load().google
    assert google is not None
    assert google.in_words() == words


def test_the_file_counts_in_the_digest(folder: Folder) -> None:
    without = folder.load().digest
    sheets = folder.write("google.yaml", SHEETS).load().digest
    assert len({without, sheets, folder.write("google.yaml", PUBLISH).load().digest}) == 3


@pytest.mark.parametrize(
    "link",
    [
        "1AbC_d-E",
        f"{DOCS}/forms/d/1AbC_d-E/edit",
        f"{DOCS}/forms/d/1AbC_d-E/edit?usp=sharing#responses",
        f"{DOCS}/forms/d/1AbC_d-E",
        f"{DOCS}/forms/u/1/d/1AbC_d-E/edit",
        f"{DOCS}/a/northbrook.example/forms/d/1AbC_d-E/edit",
        "docs.google.com/forms/d/1AbC_d-E/viewform",
    ],
)
def test_a_form_is_named_by_its_id_or_its_link(folder: Folder, link: str) -> None:
    google = folder.write("google.yaml", FORMS.replace("form-pulse", f"'{link}'")).load().google
    assert google is not None
    assert google.forms["pulse"] == "1AbC_d-E"


@pytest.mark.parametrize(
    "link", [f"{DOCS}/spreadsheets/d/sheet-9/edit#gid=0", f"{DOCS}/spreadsheets/u/0/d/sheet-9/edit?gid=5"]
)
def test_a_spreadsheet_is_named_by_its_link(folder: Folder, link: str) -> None:
    google = folder.write("google.yaml", PUBLISH.replace("sheet-data", f"'{link}'")).load().google
    assert google is not None
    assert google.publish is not None
    assert google.publish.data == "sheet-9"


FORM, SPREADSHEET = (
    f"the form's id, or its link as it is open for editing: {DOCS}/forms/d/…/edit",
    f"the spreadsheet's id, or its link as you have it open: {DOCS}/spreadsheets/d/…/edit",
)


@pytest.mark.parametrize(
    ("old", "new", "key", "allowed"),
    [
        (
            "form-pulse",
            f"{DOCS}/forms/d/e/1FAIpQLSabc/viewform",
            "forms.pulse",
            f"{FORM} (this is the link at which people answer)",
        ),
        ("form-pulse", "1FAIpQLSabc", "forms.pulse", f"{FORM} (this is the link at which people answer)"),
        ("form-pulse", "https://forms.gle/Ab12", "forms.pulse", f"{FORM} (this is the link at which people answer)"),
        (
            "form-pulse",
            f"{DOCS}/spreadsheets/d/sheet-9/edit",
            "forms.pulse",
            f"{FORM} (this is the link of a spreadsheet)",
        ),
        ("form-pulse", "https://drive.google.com/open?id=form-pulse", "forms.pulse", FORM),
        ("form-pulse", "the pulse form", "forms.pulse", FORM),
        ("form-pulse", "", "forms.pulse", FORM),
        ("form-pulse", "[form-pulse]", "forms.pulse", FORM),
        (
            "sheet-register",
            f"{DOCS}/forms/d/form-9/edit",
            "sheets.register",
            f"{SPREADSHEET} (this is the link of a form)",
        ),
        (
            "sheet-data",
            f"{DOCS}/spreadsheets/d/e/2PACX-abc/pubhtml",
            "publish.data",
            f"{SPREADSHEET} (this is the link of what was published to the web)",
        ),
        ("sheet-south", "a/b", "publish.summary.southmere", SPREADSHEET),
    ],
)
def test_what_is_no_id_says_which_link_to_copy(folder: Folder, old: str, new: str, key: str, allowed: str) -> None:
    (problem,) = folder.write("google.yaml", (FORMS + SHEETS + PUBLISH).replace(old, new)).problems()
    assert (problem.key, problem.allowed) == (key, allowed)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (", families: form-families", "", "google.yaml:1:1: forms: found nothing for families (forms/families.yaml); allowed: a line “families: …” with the id or the link, and so for each of change_idea, families, pulse, time_and_barriers"),
        (FORMS, "forms: {}\n", "google.yaml:1:1: forms: found nothing for change_idea (forms/change_idea.yaml), families (forms/families.yaml), pulse (forms/pulse.yaml), time_and_barriers (forms/time_and_barriers.yaml); allowed: a line “change_idea: …” with the id or the link, and so for each of change_idea, families, pulse, time_and_barriers"),
        ("{pulse:", "{pluse:", "google.yaml:1:9: forms.pluse: found “pluse”, which is no form; allowed: change_idea, families, pulse, time_and_barriers (did you mean “pulse”?)"),
        ("{register:", "{regster:", "google.yaml:2:10: sheets.regster: found “regster”, which is no spreadsheet of sheets/*.yaml; allowed: register (did you mean “register”?)"),
        ("{register: sheet-register}", "{}", "google.yaml:2:1: sheets: found nothing for register (sheets/blueprint.yaml); allowed: a line “register: …” with the id or the link"),
        (", southmere: sheet-south", "", "google.yaml:3:29: publish.summary: found nothing for southmere (programme.yaml); allowed: a line “southmere: …” with the id or the link, and so for each of northbrook, southmere"),
        ("southmere:", "southmeer:", "google.yaml:3:64: publish.summary.southmeer: found “southmeer”, which is no authority; allowed: northbrook, southmere (did you mean “southmere”?)"),
        ("data: sheet-data, ", "", "google.yaml:3:10: publish.data: found nothing; allowed: a line “data: …”, which is needed here (The project team's spreadsheet: every tab, every answer)"),
        ("publish:", "publsh:", "google.yaml:3:1: publsh: found “publsh”, a key that is not known here; allowed: forms, sheets, publish, watch (did you mean “publish”?)"),
        ("form-time", "form-pulse", "google.yaml:1:47: forms.time_and_barriers: found “form-pulse”, which is already that of forms.pulse; allowed: the id or link of another file in Google: each stands here once"),
        ("sheet-data", "sheet-register", "google.yaml:3:17: publish.data: found “sheet-register”, which is already that of sheets.register; allowed: the id or link of another file in Google: each stands here once"),
        ("sheet-south", f"{DOCS}/spreadsheets/d/sheet-north/edit", "google.yaml:3:75: publish.summary.southmere: found “sheet-north”, which is already that of publish.summary.northbrook; allowed: the id or link of another file in Google: each stands here once"),
    ],
)  # fmt: skip
def test_a_disagreement_in_google_yaml_is_reported_where_it_stands(
    folder: Folder, old: str, new: str, line: str
) -> None:
    assert folder.write("google.yaml", (FORMS + SHEETS + PUBLISH).replace(old, new, 1)).only_line() == line


def test_ids_that_differ_in_capitals_are_two(folder: Folder) -> None:
    assert folder.write("google.yaml", PUBLISH.replace("sheet-south", "Sheet-North")).load().google


def test_a_mistake_in_another_file_makes_no_problem_here(folder: Folder) -> None:
    folder.write("google.yaml", FORMS + SHEETS + PUBLISH)
    folder.change("forms/pulse.yaml", "title:", "'").change(
        "sheets/teams.yaml", "spreadsheet: register", "spreadsheet:"
    )
    folder.change("programme.yaml", "      rowan:", "      Rowan:")
    assert [line.split(":")[0] for line in folder.lines()] == [
        "programme.yaml",
        "forms/pulse.yaml",
        "sheets/teams.yaml",
    ]


def test_a_mistyped_file_name_is_guessed(folder: Folder) -> None:
    assert "(did you mean “google.yaml”?)" in folder.write("gogle.yaml", SHEETS).only_line()


def test_an_empty_file_is_a_problem(folder: Folder) -> None:
    assert folder.write("google.yaml", "# nothing yet\n").only_line().startswith("google.yaml:1:1: found an empty file")


WATCH = "watch: {topic: projects/crescendo/topics/forms, address: https://crescendo.example.org}\n"


def test_google_yaml_names_where_google_sends_notifications(folder: Folder) -> None:
    google = folder.write("google.yaml", FORMS + SHEETS + WATCH).load().google
    assert google is not None
    assert google.watch == Watch(topic="projects/crescendo/topics/forms", address="https://crescendo.example.org")
    assert folder.write("google.yaml", FORMS + SHEETS + "watch: {}\n").load().google == google.model_copy(
        update={"watch": Watch()}
    )


@pytest.mark.parametrize("address", ["https://Crescendo.example.org/", "https://crescendo.example.org"])
def test_an_address_ends_with_its_host(folder: Folder, address: str) -> None:
    google = folder.write("google.yaml", f"watch: {{address: '{address}'}}\n").load().google
    assert google is not None
    assert google.watch == Watch(address="https://crescendo.example.org")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("topic", "forms"),
        ("topic", "projects/crescendo/subscriptions/forms"),
        ("topic", "projects/crescendo/topics/google-forms"),
        ("topic", "projects/crescendo/topics/fo"),
        ("topic", "projects/crescendo/topics/forms/"),
        ("address", "http://crescendo.example.org"),
        ("address", "crescendo.example.org"),
        ("address", "https://crescendo.example.org/hooks/drive"),
        ("address", "https://crescendo.example.org?a=b"),
        ("address", "https://a@crescendo.example.org"),
        ("address", "https://crescendo.example.org:0"),
        ("address", "https://crescendo.example.org:99999"),
        ("address", "https://..."),
    ],
)
def test_a_malformed_topic_or_address_is_refused_with_what_to_write(folder: Folder, key: str, value: str) -> None:
    (problem,) = folder.write("google.yaml", f"watch: {{{key}: '{value}'}}\n").problems()
    allowed = {
        "topic": "the whole name of a Pub/Sub topic, as Google Cloud shows it: projects/PROJECT/topics/TOPIC",
        "address": "https:// and a host only, such as https://crescendo.example.org",
    }
    assert (problem.key, problem.allowed) == (f"watch.{key}", allowed[key])
