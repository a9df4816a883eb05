"""Commands do without pandas.

Wherever it is installed, pyarrow and duckdb import it unasked as soon as they see a list, which
takes as long as a whole answer of ``kwartier peaks``; no command needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas(MetaPathFinder):
    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ModuleNotFoundError("not imported for a command", name=fullname)
        return None


def do_without_pandas() -> None:
    """From now on this process finds no pandas, unless it has been imported already."""
    sys.meta_path.insert(0, _NoPandas())
