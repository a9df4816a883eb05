"""A provider in front of an emulated Fluvius: its commands, and its website in this process."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any, Final

import pytest

from kwartier.api.scopes import Scope
from kwartier.cli.website import Website, website
from kwartier.configuration import read_configuration
from kwartier.emulator.thread import EmulatorThread
from kwartier.office import open_office
from kwartier.office.api_keys import add_api_key
from kwartier.office.sessions import begin_session
from kwartier.office.users import Role, add_user
from kwartier.store import open_store
from support.asgi import AppClient
from support.cli import Cli
from support.esco import send

_JSON: Final = {"content-type": "application/json"}
_SETTINGS: Final = "[retry]\nattempts = 1\n"
_FINDINGS: Final = re.compile(r'<ul class="findings">(.*?)</ul>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")


class ProviderOffice:
    """Commands against one store, and what its website says, before the sandbox of ``emulator``.
    A request that fails is not repeated within a run.
    """

    def __init__(self, cli: Cli, emulator: EmulatorThread, patched: pytest.MonkeyPatch) -> None:
        self.cli, self.emulator, self._patched = cli, emulator, patched
        self.settings = cli.folder / "kwartier.toml"
        self.settings.write_text(_SETTINGS, encoding="utf-8")
        self.environment = "sandbox"

    def go_live(self) -> None:
        """From now on it is before the live API, which takes a certificate."""
        self._patched.delenv("KWARTIER_SANDBOX")
        self.environment = "live"

    def control(self, method: str, path: str, **members: Any) -> None:
        """Do something to the emulated world."""
        url, body = f"{self.emulator.url}/_emulator/{path}", json.dumps(members).encode()
        answer = send(url, method, content=body, headers=_JSON)
        assert answer.status in (200, 204), answer.content

    def at(self, moment: datetime) -> None:
        """Move the emulated clock, and ours with it."""
        self.control("PUT", "clock", now=moment.isoformat())
        self._patched.setenv("KWARTIER_CLOCK", moment.isoformat())

    def forget_certificate(self) -> None:
        """Let Fluvius no longer know our certificate."""
        self.control("DELETE", f"certificates/{self.cli.env['FLUVIUS_CERTIFICATE_THUMBPRINT']}")

    def register_certificate(self) -> None:
        """Let Fluvius know it, whether or not it does."""
        content = Path(self.cli.env["FLUVIUS_CERTIFICATE_PATH"]).read_bytes()
        answer = send(f"{self.emulator.url}/_emulator/certificates", "POST", content=content)
        assert answer.status == 200, answer.content

    def fault(self, spec: str) -> None:
        """Let calls fail from now on; with an empty ``spec`` none."""
        self.control("PUT", "faults", spec=spec)

    def share(self, customer: str, ean: str, *, since: datetime, status: str = "Approved") -> None:
        """A mandate for quarter-hours under the customer's reference, or another status of it."""
        [reference] = (
            one["reference_number"]
            for one in self.cli.json("customers", "list")
            if one["customer_id"] == customer
        )
        self.control(
            "POST",
            "mandates",
            environment=self.environment,
            referenceNumber=reference,
            ean=ean,
            status=status,
            dataServiceType="VH_kwartier_uur",
            dataPeriodFrom=since.isoformat(),
        )

    def sync(self, code: int = 0) -> str:
        """`kwartier sync`."""
        return self.cli("sync", "--config", str(self.settings), code=code)

    def why(self, customer: str) -> list[dict[str, Any]]:
        """What `kwartier why --json` finds."""
        found: list[dict[str, Any]] = self.cli.json("why", customer)["findings"]
        return found

    def causes(self, customer: str) -> list[str]:
        """The causes alone, in order."""
        return [one["cause"] for one in self.why(customer)]

    def why_everywhere(self, customer: str) -> list[dict[str, Any]]:
        """The same, once the command's prose, the API and the console's page are seen to say it."""
        found = self.why(customer)
        prose, page = " ".join(self.cli("why", customer).split()), self._page(customer)
        at = 0
        for one in found:
            assert one["says"] in prose
            assert one["next_step"] in prose
            for told in (one["says"], one["next_step"]):
                at = page.index(told.replace("`", ""), at)
        assert self.ask(f"/customers/{customer}/why")["items"] == found
        return found

    def counts(self) -> dict[str, tuple[int, int]]:
        """How many customers have each cause, and of how many it is the first, as `kwartier why`
        and the API both say.
        """
        told = self.cli.json("why")
        self._site.board.refresh()
        asked = self.ask("/why")
        assert (asked["items"], asked["troubles"]) == (told["causes"], told["troubles"])
        return {one["cause"]: (one["customers"], one["first"]) for one in told["causes"]}

    def ask(self, path: str) -> Any:
        """What the API answers."""
        headers = {"authorization": f"Bearer {self._key}"}
        answer = self.website.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @cached_property
    def _site(self) -> Website:
        configuration, store = read_configuration(self.settings), open_store(self.cli.store)
        return website(configuration, configuration.web, store=store, path=self.cli.store)

    @cached_property
    def website(self) -> AppClient:
        """All pages of the store, as an operator who is signed in sees them."""
        client, now = AppClient(self._site.app), datetime.now(UTC)
        office = open_office(self.cli.store)
        user = add_user(office, name="An Peeters", role=Role.OPERATOR, at=now)
        secret = begin_session(office, user.user_id, at=now)
        client.cookies.set("kwartier-session", secret, domain="127.0.0.1", path="/")
        return client

    @cached_property
    def _key(self) -> str:
        office, now = open_office(self.cli.store), datetime.now(UTC)
        return add_api_key(office, name="CRM", scopes=[str(Scope.CUSTOMERS_READ)], at=now).text

    def _page(self, customer: str) -> str:
        """The findings on the customer's page, as they are read."""
        answer = self.website.get(f"/customers/{customer}")
        found = _FINDINGS.search(answer.text)
        assert found is not None, answer.text
        return " ".join(unescape(_TAG.sub("", found[1])).split())
