"""The emulator's own endpoint for the certificates that the provider has handed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.certificates import Certificate, read_certificate
from kwartier.emulator.control.replies import control_reply, telling_errors
from kwartier.emulator.entra.certificates import RegisteredCertificates
from kwartier.errors import ConfigurationError

_PATH = "/_emulator/certificates"


def routes(certificates: RegisteredCertificates) -> list[Route]:
    """``/_emulator/certificates``: list (GET), register (POST, PEM or DER), remove (DELETE)."""

    async def known(_request: Request) -> Response:
        return control_reply(200, {"certificates": [_told(each) for each in certificates.all()]})

    async def register(request: Request) -> Response:
        try:
            certificate = read_certificate(await request.body(), called="body")
        except ConfigurationError as error:
            return control_reply(400, {"error": str(error)})
        broken = certificates.register(certificate, now=datetime.now(UTC))
        if not broken:
            return control_reply(200, _told(certificate))
        rules = [{"rule": str(e.rule), "found": e.says, "advice": e.advice} for e in broken]
        told = "; ".join(f"{each.rule}: {each.says} ({each.advice})" for each in broken)
        return control_reply(400, {"error": f"not registered: {told}", "brokenRules": rules})

    async def remove(request: Request) -> Response:
        if certificates.remove(request.path_params["thumbprint"]):
            return Response(status_code=204)
        told = f"no certificate has this thumbprint; GET {_PATH} lists those that are registered"
        return control_reply(404, {"error": told})

    return [
        Route(_PATH, known, methods=["GET"]),
        Route(_PATH, telling_errors(register), methods=["POST"]),
        Route(f"{_PATH}/{{thumbprint}}", remove, methods=["DELETE"]),
    ]


def _told(certificate: Certificate) -> dict[str, Any]:
    return {
        "thumbprint": certificate.sha1,
        "thumbprintSha256": certificate.sha256,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "validFrom": f"{certificate.valid_from:%Y-%m-%dT%H:%M:%SZ}",
        "validTo": f"{certificate.valid_until:%Y-%m-%dT%H:%M:%SZ}",
    }
