"""All that is held of a customer, to be handed over: a folder as one file to take away."""

from __future__ import annotations

import asyncio
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.visitor import Visitor
from kwartier.errors import InputError
from kwartier.rights import disclose
from kwartier.web.stops import Stop

_ODD: Final = re.compile(r"[^A-Za-z0-9._-]+")


async def send_disclosure(_: Request, visitor: Visitor) -> Response:
    """What ``kwartier disclose`` writes, zipped. Nothing of it stays on the server."""
    customer_id = visitor.request.path_params["customer_id"]
    name = f"disclosure-{_ODD.sub('-', customer_id)}"
    content = await asyncio.to_thread(_zipped, visitor, customer_id, name)
    visitor.detail = "disclosure"
    return Response(
        content,
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="{name}.zip"'},
    )


def _zipped(visitor: Visitor, customer_id: str, name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / name
        try:
            context = visitor.context
            disclose(context.store, customer_id, written, made=visitor.at, office=context.office)
        except InputError as error:
            raise Stop(404, "stop_missing", what="customer", name=customer_id) from error
        packed = Path(folder) / "packed.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for path in sorted(written.rglob("*")):
                file.write(path, f"{name}/{path.relative_to(written)}")
        return packed.read_bytes()
