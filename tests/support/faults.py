"""Setting faults through the emulator's endpoint, and reading what came of them."""

from __future__ import annotations

import json
from typing import Any

from support.esco import send


class FaultControl:
    """``/_emulator/faults`` of the emulator at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/_emulator/faults"

    def set(self, spec: str) -> None:
        answer = send(self.url, "PUT", content=json.dumps({"spec": spec}).encode())
        assert answer.status == 200, answer.content

    def clear(self) -> None:
        send(self.url, "DELETE")

    def told(self) -> Any:
        return send(self.url).json

    def injected(self) -> dict[str, int]:
        """How often each fault was met, by the calls and the fault as they were written."""
        return {
            f"{line['calls']}:{fault['fault']}": fault["injected"]
            for line in self.told()["plan"]
            for fault in line["faults"]
        }

    def seen(self) -> int:
        """How many calls the plan's one line saw."""
        (line,) = self.told()["plan"]
        seen: int = line["seen"]
        return seen
