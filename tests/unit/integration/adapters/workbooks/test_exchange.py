from collections.abc import Callable
from pathlib import Path

import pytest

from integration.adapters.workbooks.exchange import exchange, has_writer, is_open_somewhere, place, wait_for_writers

WAYS = pytest.mark.parametrize("at_once", [True, False])


def two(folder: Path) -> tuple[Path, Path]:
    ours, target = folder / "ours", folder / "target"
    ours.write_text("ours", encoding="utf-8")
    target.write_text("theirs", encoding="utf-8")
    return ours, target


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@WAYS
def test_two_files_change_places(tmp_path: Path, *, at_once: bool) -> None:
    ours, target = two(tmp_path)
    exchange(ours, target, at_once=at_once)
    assert (ours.read_text(), target.read_text()) == ("theirs", "ours")
    assert names(tmp_path) == ["ours", "target"]


@WAYS
def test_a_file_is_never_put_where_there_is_one(tmp_path: Path, *, at_once: bool) -> None:
    ours, target = two(tmp_path)
    with pytest.raises(FileExistsError):
        place(ours, target, at_once=at_once)
    assert (ours.read_text(), target.read_text()) == ("ours", "theirs")
    target.unlink()
    place(ours, target, at_once=at_once)
    assert target.read_text() == "ours"
    assert names(tmp_path) == ["target"]


@WAYS
def test_what_is_not_there_cannot_be_taken_out(tmp_path: Path, *, at_once: bool) -> None:
    ours, target = two(tmp_path)
    target.unlink()
    with pytest.raises(FileNotFoundError):
        exchange(ours, target, at_once=at_once)
    assert names(tmp_path) == ["ours"]


def test_a_writer_is_seen_and_a_reader_is_none(tmp_path: Path) -> None:
    _, target = two(tmp_path)
    with target.open("rb"):
        assert has_writer(target) is False
    with target.open("r+b"):
        assert has_writer(target) is True
        assert wait_for_writers(target, seconds=0.05) is True
    assert wait_for_writers(target, seconds=5) is False
    assert has_writer(tmp_path / "nowhere") is None


@pytest.mark.parametrize("sign", [lambda name: f"~${name}", lambda name: f".~lock.{name}#"])
def test_the_sign_of_an_open_program_is_a_hint(tmp_path: Path, sign: Callable[[str], str]) -> None:
    _, target = two(tmp_path)
    assert not is_open_somewhere(target)
    (tmp_path / sign(target.name)).touch()
    assert is_open_somewhere(target)
