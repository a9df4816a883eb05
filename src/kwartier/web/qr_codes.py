"""Addresses as QR codes, to print or to show: PNG and SVG."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final

import segno

_SCALE: Final = 8
_BORDER: Final = 4
_MASK: Final = 3
_DARK: Final = re.compile(rb"\x01+")


class QrCode:
    """A QR code of ``text``, legible even if 15% of it is dirty (level M).

    The mask is always the same: readers take any, and to try all eight takes five times as long,
    which is felt where thousands of codes are made.
    """

    def __init__(self, text: str) -> None:
        self._code = segno.make_qr(text, error="m", boost_error=False, mask=_MASK)

    def svg(self) -> bytes:
        """A picture of any size, white behind it."""
        side = len(self._code.matrix) + 2 * _BORDER
        path = "".join(
            f"M{run.start() + _BORDER} {y}h{run.end() - run.start()}v1H{run.start() + _BORDER}z"
            for y, row in enumerate(self._code.matrix, _BORDER)
            for run in _DARK.finditer(row)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
            f'width="{side * _SCALE}" height="{side * _SCALE}" shape-rendering="crispEdges">'
            f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>\n'
        ).encode()

    def png(self) -> bytes:
        """Black and white, eight pixels a module."""
        quiet = b"\xff"
        side = len(self._code.matrix) + 2 * _BORDER
        empty = quiet * side
        rows = [empty] * _BORDER
        for modules in self._code.matrix:
            dark = bytes(0x00 if module else 0xFF for module in modules)
            rows.append(quiet * _BORDER + dark + quiet * _BORDER)
        rows += [empty] * _BORDER
        # With eight pixels a module, a byte of a picture of one bit a pixel is one module.
        lines = b"".join((b"\x00" + row) * _SCALE for row in rows)
        size = side * _SCALE
        header = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            _chunk(kind, content)
            for kind, content in (
                (b"IHDR", header),
                (b"IDAT", zlib.compress(lines)),
                (b"IEND", b""),
            )
        )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum
