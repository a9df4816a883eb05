"""``kwartier doctor`` with an environment that may be broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kwartier.certificates import Certificate
from kwartier.cli.app import run
from support.certificates import pem, rsa_key


class Doctor:
    """The command, with an environment that leads to an emulator and may be broken."""

    def __init__(
        self,
        env: dict[str, str],
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.env = env
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.last = ""
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("COLUMNS", "300")

    def set(self, **values: str | Path | None) -> None:
        """Set variables, or (None) unset them."""
        for name, value in values.items():
            if value is None:
                self._monkeypatch.delenv(name)
            else:
                self._monkeypatch.setenv(name, str(value))

    def certificate(self, certificate: Certificate, which: str = "") -> None:
        """Let the live service be signed in to with ``certificate``, of the first test key."""
        path, key = self.folder / f"{which}certificate.pem", self.folder / f"{which}key.pem"
        path.write_bytes(certificate.pem)
        key.write_text(pem(rsa_key()))
        self.set(**{f"FLUVIUS_{which}CERTIFICATE_PATH": path})
        self.set(**{f"FLUVIUS_{which}PRIVATE_KEY_PATH": key})

    def __call__(self, *arguments: str, code: int) -> str:
        self._capsys.readouterr()
        ended = run(["doctor", *arguments])
        said = self._capsys.readouterr()
        assert ended == code, said.err + said.out
        self.last = said.out + said.err
        return self.last

    def told(self, *arguments: str, code: int) -> dict[str, dict[str, Any]]:
        """What was found, by subject."""
        document = json.loads(self(*arguments, "--json", code=code))
        assert document["ok"] == (code == 0)
        return {one["subject"]: one for one in document["checks"]}

    def bad(self, *arguments: str) -> dict[str, str]:
        """By subject what is wrong and what to do; there must be something, and advice to it."""
        wrong = {
            subject: one
            for subject, one in self.told(*arguments, code=1).items()
            if one["state"] == "wrong"
        }
        assert all(one["advice"] for one in wrong.values()), wrong
        return {subject: f"{one['says']}: {one['advice']}" for subject, one in wrong.items()}
