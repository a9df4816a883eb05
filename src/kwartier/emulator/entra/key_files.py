"""Certificates and keys as files, for clients and for the emulator's own https."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from kwartier.certificates import Certificate
from kwartier.emulator.entra.authority import authority, key_pem, provider, seal
from kwartier.emulator.fiam.parties import ENECO, OURSELVES, Party
from kwartier.emulator.state_file import replace_file

_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class HttpsFiles:
    """What a server of https shows and holds."""

    certificate: Path
    private_key: Path


@dataclass(frozen=True)
class SealFiles:
    """A party's electronic seal, its issuers after it, and its key."""

    certificate: Path
    private_key: Path


@dataclass(frozen=True)
class KeyFiles:
    """The files of one emulator; ``https`` None: it serves plain http.

    ``consumer_seal`` is ours at KPN FIAM, ``eneco_seal`` that of the service provider.
    """

    certificate: Path
    private_key: Path
    authority: Path
    consumer_seal: SealFiles
    eneco_seal: SealFiles
    https: HttpsFiles | None

    def environment(self) -> dict[str, str]:
        """The environment variables that lead a client to them."""
        variables = {
            "FLUVIUS_CERTIFICATE_THUMBPRINT": provider()[0].sha1,
            "FLUVIUS_CERTIFICATE_PATH": str(self.certificate),
            "FLUVIUS_PRIVATE_KEY_PATH": str(self.private_key),
            "FIAM_CERTIFICATE_PATH": str(self.consumer_seal.certificate),
            "FIAM_PRIVATE_KEY_PATH": str(self.consumer_seal.private_key),
        }
        if self.https is not None:
            variables["FLUVIUS_CA_FILE"] = variables["ENECO_CA_FILE"] = str(self.authority)
        return variables


def folder_beside(env_file: Path) -> Path:
    """The folder for the files that ``env_file`` names."""
    return env_file.with_name(f"{env_file.stem}-keys")


def write_key_files(folder: Path, *, host: str, tls: bool) -> KeyFiles:
    """Write the provider's certificate and key into ``folder``, and what ``tls`` at ``host`` needs.

    The folder is made if need be, and tells git to pass it over; only its owner may read it.
    Raises :class:`kwartier.errors.ConfigurationError` when it cannot be written.
    """
    folder = folder.absolute()
    replace_file(folder / ".gitignore", b"*\n")
    certificate, key = provider()
    root = Certificate(authority().root)
    files = KeyFiles(
        certificate=folder / "certificate.pem",
        private_key=folder / "private-key.pem",
        authority=folder / "authority.pem",
        consumer_seal=_write_seal_files(folder, "fiam", OURSELVES),
        eneco_seal=_write_seal_files(folder, "eneco", ENECO),
        https=_write_https_files(folder, host) if tls else None,
    )
    replace_file(files.certificate, certificate.pem + root.pem)
    replace_file(files.private_key, key_pem(key))
    replace_file(files.authority, root.pem)
    return files


def _write_seal_files(folder: Path, called: str, party: Party) -> SealFiles:
    issued, key = seal(party.id, party.name)
    files = SealFiles(folder / f"{called}-certificate.pem", folder / f"{called}-private-key.pem")
    replace_file(files.certificate, issued.pem + Certificate(authority().root).pem)
    replace_file(files.private_key, key_pem(key))
    return files


def _write_https_files(folder: Path, host: str) -> HttpsFiles:
    key = ec.generate_private_key(ec.SECP256R1())
    hosts: Sequence[str] = list(dict.fromkeys([host, *_LOCAL]))
    issued = authority().server_certificate(key.public_key(), hosts, now=datetime.now(UTC))
    files = HttpsFiles(folder / "https-certificate.pem", folder / "https-private-key.pem")
    replace_file(files.certificate, issued.pem)
    replace_file(files.private_key, key_pem(key))
    return files
