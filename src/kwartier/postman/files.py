"""The collection and its environments as files that Postman imports."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kwartier.errors import InputError, KwartierError
from kwartier.fluvius import Environment
from kwartier.postman.collection import collection
from kwartier.postman.environment import MADE_BY, PostmanEnvironment

COLLECTION_FILE: Final = "fluvius.postman_collection.json"
IGNORED: Final = "*.postman_environment.json"
"""What git is to pass over: the environments hold secrets."""

_OWNER_ONLY, _EVERYBODY = 0o600, 0o666


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the files are.

    ``is_kept``: the collection there is another than ours, and was left as it is. ``is_ignored``:
    the folder's ``.gitignore`` names the environments.
    """

    collection: Path
    is_kept: bool
    environments: Mapping[Environment, Path]
    is_ignored: bool


def write_files(
    folder: Path, environments: Mapping[Environment, PostmanEnvironment], *, force: bool
) -> Written:
    """Write the collection, the environments, and a ``.gitignore`` unless there is one.

    Every file appears whole or not at all; only their owner may read the environments. Without
    ``force`` a collection that differs from ours stays as it is, and an environment that kwartier
    did not write is refused with :class:`InputError`, before anything is written.
    :class:`KwartierError` if the disk refuses.
    """
    paths = {chosen: folder / environment_file(chosen) for chosen in environments}
    target, ours = folder / COLLECTION_FILE, _as_bytes(collection())
    is_kept = not force and _read(target) not in (None, ours)
    if not force:
        for path in paths.values():
            _check_environment(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_ignored = _ignore(folder / ".gitignore")
        if not is_kept:
            _replace(target, ours, _EVERYBODY)
        for chosen, path in paths.items():
            _replace(path, _as_bytes(environments[chosen].as_json()), _OWNER_ONLY)
    except OSError as error:
        why = error.strerror or str(error)
        raise KwartierError(
            f"{folder} cannot be written to ({why}); name another folder with --folder"
        ) from error
    return Written(collection=target, is_kept=is_kept, environments=paths, is_ignored=is_ignored)


def environment_file(chosen: Environment) -> str:
    """The name of its file."""
    return f"fluvius-{chosen.value}.postman_environment.json"


def _check_environment(path: Path) -> None:
    """Ours say who wrote them; so does Postman in what it exports."""
    found = _read(path)
    if found is None:
        return
    try:
        made_by = json.loads(found)["_postman_exported_using"]
    except (ValueError, LookupError, TypeError):
        made_by = None
    if not str(made_by).startswith(MADE_BY):
        raise InputError(
            "--folder",
            f"must not hold another {path.name}: the one there is not of kwartier's making",
            "move it, name another folder, or let --force replace it",
        )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KwartierError(
            f"{path} cannot be read ({error.strerror or error}); name another folder with --folder"
        ) from error


def _ignore(path: Path) -> bool:
    """Tell git to pass over the environments, unless the file there has other plans."""
    found = _read(path)
    if found is None:
        _replace(path, f"{IGNORED}\n".encode(), _EVERYBODY)
        return True
    lines: Sequence[str] = found.decode(errors="replace").split()
    return IGNORED in lines or "*" in lines


def _as_bytes(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _replace(path: Path, content: bytes, mode: int) -> None:
    """Put ``content`` at ``path`` in one move, never readable by more than ``mode`` allows."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
