"""The program that builds the rows of a board: ``python -m kwartier.funnel.builder``.

Standard input has a pickled :class:`~kwartier.funnel.building.Plan`, and ends when the process that
began this one does, however that ends; then it stops too. Standard output has a line that says what
went wrong, or an empty one and the rows as a stream of Arrow.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import threading
from typing import IO

import pyarrow as pa

from kwartier.errors import KwartierError
from kwartier.funnel.building import Plan, build_rows
from kwartier.store import open_store

_NICE = 10


def answer(plan: Plan, output: IO[bytes]) -> None:
    """Build the rows of ``plan`` and write them."""
    try:
        table = build_rows(plan, open_store(plan.store)).as_table()
    except KwartierError as error:
        output.write(" ".join(str(error).split()).encode() + b"\n")
        return
    output.write(b"\n")
    with pa.ipc.new_stream(output, table.schema) as stream:
        stream.write_table(table)


def _stop_with_the_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> None:
    """Answer the plan on standard input; pages go before."""
    os.nice(_NICE)
    gc.disable()  # everything is needed to the end
    plan = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that began this one
    threading.Thread(target=_stop_with_the_parent, daemon=True).start()
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)  # whatever is printed is none of the answer
        answer(plan, output)


if __name__ == "__main__":
    main()
