from __future__ import annotations

import json
from dataclasses import replace

from integration.pack import compute_digest, to_json
from integration.pack.content import Contact
from tests.unit.integration.pack.factory import content


def test_the_digest_leaves_out_the_version_the_recipients_and_ids() -> None:
    pack = content()
    assert compute_digest(pack) == compute_digest(replace(pack, version=2))
    assert compute_digest(pack) == compute_digest(replace(pack, recipients=(Contact("New", "new@northbrook.example"),)))
    same_figure = replace(pack.figures[0], ids=("another-row",))
    assert compute_digest(pack) == compute_digest(replace(pack, figures=(same_figure, *pack.figures[1:])))


def test_the_digest_changes_with_any_sentence_or_figure() -> None:
    pack = content()
    others = [
        replace(pack, hope="Something else."),
        replace(pack, figures=(replace(pack.figures[0], main="1%"), *pack.figures[1:])),
        replace(pack, decisions=pack.decisions[1:]),
    ]
    assert len({compute_digest(pack), *map(compute_digest, others)}) == 4


def test_only_the_store_gets_the_ids_that_figures_rest_on() -> None:
    of_leaders, of_store = (json.loads(to_json(content(), with_ids=with_ids)) for with_ids in (False, True))
    assert any(figure["ids"] for figure in of_store["figures"])
    for figure in of_store["figures"]:
        del figure["ids"]
    assert of_leaders == of_store


def test_the_same_input_gives_the_same_record() -> None:
    assert to_json(content()) == to_json(content())
