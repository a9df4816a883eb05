"""``kwartier postman``: the API in Postman, ready to sign in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.options import EnvFile, Output
from kwartier.cli.output import console, plain, print_json
from kwartier.cli.targets import check_folder_target
from kwartier.errors import ConfigurationError
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.fluvius.environment import Endpoints
from kwartier.postman import (
    IGNORED,
    PostmanEnvironment,
    Written,
    environment_for,
    write_files,
)
from kwartier.settings import configured_clock, load_env_file

_OUTPUT = Output()


def postman(
    *,
    folder: Annotated[Path, Parameter(help="where to write")] = Path("postman"),
    sandbox: Annotated[
        bool | None,
        Parameter(
            negative="--production",
            show_default=False,
            help="only this environment; without it, each that is configured",
        ),
    ] = None,
    force: Annotated[
        bool, Parameter(negative="", help="replace files that were changed or come from elsewhere")
    ] = False,
    env_file: EnvFile = None,
    output: Output = _OUTPUT,
) -> int:
    """Write a Postman collection of the API, and environments that hold your credentials.

    The sandbox signs in by client secret, the live service by an assertion that is signed here
    and good for an hour; the certificate's key stays where it is. Run it again for a fresh one.

    Example: kwartier postman --folder postman --env-file emulator.env
    """
    check_folder_target(folder, "--folder")
    if env_file is not None:
        load_env_file(env_file)
    now, real_now = configured_clock(), datetime.now(UTC)
    made, left_out = _environments(sandbox, now, real_now)
    written = write_files(folder, made, force=force)
    if output.json:
        print_json(_as_json(written, made, left_out))
    else:
        _tell(written, made, left_out, real_now)
    return 0


def _environments(
    sandbox: bool | None, now: datetime, real_now: datetime
) -> tuple[dict[Environment, PostmanEnvironment], dict[Environment, ConfigurationError]]:
    """Those that can be made, and why the others cannot; one that was asked for must be."""
    made: dict[Environment, PostmanEnvironment] = {}
    left_out: dict[Environment, ConfigurationError] = {}
    asked = {None: list(Environment), True: [Environment.SANDBOX], False: [Environment.PRODUCTION]}
    for chosen in asked[sandbox]:
        try:
            credentials = FluviusCredentials.from_env(prefix=chosen.prefix)
            endpoints = Endpoints.of(chosen, tenant_id=credentials.tenant_id)
            made[chosen] = environment_for(
                chosen, credentials, endpoints, now=now, real_now=real_now
            )
        except ConfigurationError as error:
            left_out[chosen] = error
    if not made:
        raise next(iter(left_out.values()))
    return made, left_out


def _as_json(
    written: Written,
    made: dict[Environment, PostmanEnvironment],
    left_out: dict[Environment, ConfigurationError],
) -> dict[str, object]:
    return {
        "collection": str(written.collection),
        "collection_kept": written.is_kept,
        "environments": [
            {
                "environment": chosen,
                "file": str(path),
                "signs_in_by": "secret" if made[chosen].assertion_ends is None else "certificate",
                "assertion_ends": made[chosen].assertion_ends,
            }
            for chosen, path in written.environments.items()
        ],
        "left_out": {chosen: str(error) for chosen, error in left_out.items()},
        "ignored_by_git": written.is_ignored,
    }


def _tell(
    written: Written,
    made: dict[Environment, PostmanEnvironment],
    left_out: dict[Environment, ConfigurationError],
    real_now: datetime,
) -> None:
    lines = [
        f"{written.collection}: {_requests(written)}",
        *(f"{path}: {_way_in(made[one], real_now)}" for one, path in written.environments.items()),
        *(f"Left out, {one.value}: {error}" for one, error in left_out.items()),
        "Next: import these files in Postman, choose an environment, and send any request: it "
        "signs in by itself.",
        _keep_secret(written),
    ]
    out = console()
    for line in lines:
        out.print(line, highlight=False, markup=False, soft_wrap=True)


def _requests(written: Written) -> str:
    if written.is_kept:
        return "left as it is: it is not the one of this version (--force replaces it)"
    return "the requests; no secrets"


def _way_in(environment: PostmanEnvironment, real_now: datetime) -> str:
    ends = environment.assertion_ends
    if ends is None:
        return "signs in by client secret"
    minutes = round((ends - real_now) / timedelta(minutes=1))
    return f"signs in by certificate; good for {minutes} minutes, until {plain(ends)}"


def _keep_secret(written: Written) -> str:
    kept = "Only you can read the environment files: they hold secrets"
    if written.is_ignored:
        return f"{kept}. Git passes them over."
    return f"{kept}. Add {IGNORED} to {written.collection.parent / '.gitignore'}."
