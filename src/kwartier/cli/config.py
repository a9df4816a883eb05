"""``kwartier config``: the file with all settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from kwartier.cli.output import console
from kwartier.cli.targets import check_file_target
from kwartier.configuration import read_configuration, render
from kwartier.errors import KwartierError

config = App(name="config", help="The configuration file: write one, or have one checked.")

_STANDARD_OUTPUT = Path("-")


@config.command
def init(
    path: Annotated[
        Path, Parameter(allow_leading_hyphen=True, help="the file to write; - prints it")
    ] = Path("kwartier.toml"),
) -> int:
    """Write a configuration file with every setting, what it means, and its default.

    A file that is there already is left alone.

    Example: kwartier config init kwartier.toml
    """
    if path == _STANDARD_OUTPUT:
        sys.stdout.write(render())
        return 0
    check_file_target(path, "PATH")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(render())
    except FileExistsError as error:
        raise KwartierError(
            f"{path} is there already: name another file, or print the defaults with "
            "`kwartier config init -`"
        ) from error
    except OSError as error:
        raise KwartierError(f"{path} cannot be written ({error.strerror})") from error
    console().print(f"Wrote {path}: change what you like, then `kwartier serve --config {path}`.")
    return 0


@config.command
def check(path: Path = Path("kwartier.toml")) -> int:
    """Say what is wrong in a configuration file: each key, its rule, and the nearest known one.

    Example: kwartier config check kwartier.toml
    """
    read_configuration(path)
    console().print(f"{path} is fine.")
    return 0
