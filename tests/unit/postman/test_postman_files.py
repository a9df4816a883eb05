"""Files: who may read them, what is replaced, what is left alone."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kwartier.errors import InputError, KwartierError
from kwartier.fluvius import Environment
from kwartier.postman import PostmanEnvironment, Written, write_files

SANDBOX = PostmanEnvironment(name="A", values={"ean": "1"}, secrets={"clientSecret": "hush"})
RENEWED = PostmanEnvironment(name="A", values={"ean": "1"}, secrets={"clientSecret": "new"})


@pytest.fixture
def generous_mask() -> Iterator[None]:
    """Files are everybody's unless whoever makes them says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def write(
    folder: Path, environment: PostmanEnvironment = SANDBOX, *, force: bool = False
) -> Written:
    return write_files(folder, {Environment.SANDBOX: environment}, force=force)


def environment_in(folder: Path) -> Path:
    return folder / "fluvius-sandbox.postman_environment.json"


@pytest.mark.usefixtures("generous_mask")
def test_only_the_owner_may_read_what_is_secret_even_where_another_file_stood(
    tmp_path: Path,
) -> None:
    written = write(tmp_path / "new" / "folder")
    path = written.environments[Environment.SANDBOX]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    write(tmp_path / "new" / "folder")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(written.collection.stat().st_mode) == 0o666


def test_what_is_written_is_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    written = write(tmp_path)
    assert json.loads(written.collection.read_bytes())["info"]["name"]
    values = json.loads(environment_in(tmp_path).read_bytes())["values"]
    assert {"key": "clientSecret", "value": "hush", "type": "secret", "enabled": True} in values
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".gitignore",
        "fluvius-sandbox.postman_environment.json",
        "fluvius.postman_collection.json",
    ]


def test_our_own_environment_is_replaced(tmp_path: Path) -> None:
    write(tmp_path)
    assert not write(tmp_path, RENEWED).is_kept
    assert "new" in environment_in(tmp_path).read_text("utf-8")


@pytest.mark.parametrize(
    "content",
    [
        '{"_postman_exported_using": "Postman/11.1.0"}',
        '{"name": "mine"}',
        "[]",
        "not JSON",
        "\udcff",
    ],
)
def test_an_environment_of_anybody_else_is_refused_before_anything_is_written(
    tmp_path: Path, content: str
) -> None:
    path = environment_in(tmp_path)
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"--folder: must not hold another .*--force"):
        write(tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    write(tmp_path, force=True)
    assert "hush" in path.read_text("utf-8")


def test_a_collection_that_was_changed_stays_while_the_environment_is_renewed(
    tmp_path: Path,
) -> None:
    collection = write(tmp_path).collection
    collection.write_text('{"info": {"name": "mine"}}')
    written = write(tmp_path, RENEWED)
    assert written.is_kept
    assert collection.read_text() == '{"info": {"name": "mine"}}'
    assert "new" in environment_in(tmp_path).read_text("utf-8")
    assert not write(tmp_path, force=True).is_kept
    assert "Fluvius" in collection.read_text("utf-8")


@pytest.mark.parametrize(
    ("ignored", "is_ignored"),
    [("node_modules/\n", False), ("*\n", True), ("# x\n*.postman_environment.json\n", True)],
)
def test_a_gitignore_that_is_there_is_left_alone(
    tmp_path: Path, ignored: str, is_ignored: bool
) -> None:
    (tmp_path / ".gitignore").write_text(ignored)
    assert write(tmp_path).is_ignored is is_ignored
    assert (tmp_path / ".gitignore").read_text() == ignored


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KwartierError, match=r"file.*--folder"):
        write(tmp_path / "file")
