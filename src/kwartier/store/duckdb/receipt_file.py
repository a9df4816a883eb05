"""The receipts beside the store: a file of JSON lines that is only ever added to.

It outlives the store's file: a backup that is put back knows fewer receipts than it, and what they
tell of is erased again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from kwartier.retention import Receipt
from kwartier.store.errors import StoreError

_TAIL: Final = 65_536


def receipt_file_of(path: Path) -> Path:
    """Where the receipts of the store at ``path`` are."""
    return path.with_name(path.name + ".receipts.jsonl")


def read_receipt_file(path: Path) -> list[Receipt]:
    """The receipts in the file of the store at ``path``; none if there is no file. A line that a
    crash cut short is no receipt. Raises StoreError naming a line that is none.
    """
    return [_read(line, number, path) for number, line in enumerate(_lines(path), 1)]


def last_number(path: Path) -> int:
    """The number of the file's last receipt, by a look at its end; 0 if there is none."""
    file = receipt_file_of(path)
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        return 0
    with file.open("rb") as opened:
        opened.seek(max(0, size - _TAIL))
        lines = opened.read().split(b"\n")[:-1]
    return _read(lines[-1], None, path).number if lines else 0


def append_receipts(path: Path, receipts: Sequence[Receipt]) -> None:
    """Add receipts, and wait until they are on the disk. What a crash cut short is cut off."""
    if not receipts:
        return
    file = receipt_file_of(path)
    whole = sum(len(line) + 1 for line in _lines(path))
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as opened:
            opened.truncate(whole)
            opened.seek(whole)
            opened.write(b"".join(receipt.line() + b"\n" for receipt in receipts))
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written ({error.strerror}): put that right and run the command "
            "again; the receipts are kept in the store meanwhile"
        ) from error


def _lines(path: Path) -> list[bytes]:
    """The whole lines of the file."""
    try:
        return receipt_file_of(path).read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def _read(line: bytes, number: int | None, path: Path) -> Receipt:
    try:
        return Receipt.from_json(msgspec.json.decode(line))
    except (msgspec.DecodeError, ValueError, TypeError, KeyError, AttributeError) as error:
        where = "the last line" if number is None else f"line {number}"
        raise StoreError(
            f"{receipt_file_of(path)}: {where} is no receipt; put the file back from where you "
            "keep copies of it, for without it a restored backup cannot be told what was erased"
        ) from error
