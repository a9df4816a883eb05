"""A store is filled from one environment of a provider, and from no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwartier.cli.sources import asked, check_environment
from kwartier.errors import ConfigurationError
from kwartier.store import open_store


@pytest.mark.parametrize(("provider", "sandbox"), [("fluvius", "sandbox"), ("eneco", "acceptance")])
def test_another_environment_than_the_store_is_filled_from_is_refused(
    tmp_path: Path, provider: str, sandbox: str
) -> None:
    with open_store(tmp_path / "kwartier.duckdb", create=True) as store:
        for _ in range(2):
            check_environment(store, asked(provider, is_sandbox=True))
        with pytest.raises(ConfigurationError, match=f"{sandbox}.*production.*--store") as refused:
            check_environment(store, asked(provider, is_sandbox=False))
        assert "name another store" in str(refused.value)
        assert store.environments() == {provider: sandbox}


def test_providers_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    with open_store(tmp_path / "kwartier.duckdb", create=True) as store:
        check_environment(store, asked("fluvius", is_sandbox=True))
        check_environment(store, asked("eneco", is_sandbox=False))
