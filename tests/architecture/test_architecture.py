"""What holds for all source files: imports point down, files are small, everything is explained."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import kwartier.analysis

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
ALL = SOURCES + sorted((ROOT / "tests").rglob("*.py")) + sorted((ROOT / "bench").rglob("*.py"))

SECRETS = {
    "a private key": re.compile(
        "-----BEGIN " + r"(RSA |EC |ENCRYPTED )?PRIVATE KEY-----\s+[A-Za-z0-9]"
    ),
    "a signed token": re.compile(
        r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
    ),
    "a subscription key": re.compile(r"[\"'][0-9a-f]{32}[\"']"),
    "a client secret": re.compile(r"[A-Za-z0-9_-]{3}8Q~[A-Za-z0-9._~-]{20,}"),
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_point_down_only() -> None:
    # A process of its own, since it disables every logger that is there when it begins.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_a_store_is_at_hand_without_pandas() -> None:
    """Loading it takes as long as all the rest of a command together."""
    script = (
        "import sys; from kwartier.measurements import empty_measurements; import kwartier.store;"
        "empty_measurements(); print('pandas' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_there_are_sources_to_judge() -> None:
    assert len(SOURCES) > 20


def test_no_file_is_longer_than_400_lines() -> None:
    lines = {name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {path: number for path, number in lines.items() if number > 400} == {}


def test_everything_public_is_explained() -> None:
    assert {name(path): bare for path in SOURCES if (bare := without_docstring(path))} == {}


def without_docstring(path: Path) -> list[str]:
    """What is public and has none; the module by its file's name."""
    module = ast.parse(path.read_text("utf-8"))
    bare = [] if not module.body or ast.get_docstring(module) else [path.name]
    return bare + [
        node.name
        for node in module.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def test_nothing_looks_like_a_secret() -> None:
    texts = ((name(path), path.read_text("utf-8")) for path in ALL)
    found = {path: what for path, text in texts for what in SECRETS if SECRETS[what].search(text)}
    assert found == {}


def test_public_names_of_analysis() -> None:
    assert sorted(kwartier.analysis.__all__) == [
        "ArrivalPolicy",
        "BILLING_SCHEMA",
        "COVERAGE_SCHEMA",
        "Curve",
        "Curves",
        "DAYS_SCHEMA",
        "EXCHANGES_SCHEMA",
        "GAS_DAYS_SCHEMA",
        "LOAD_SCHEMA",
        "PEAKS_SCHEMA",
        "PeakStatus",
        "Period",
        "TOTALS_SCHEMA",
        "billing_peak",
        "curves_of",
        "day_coverage",
        "expected",
        "gas_days",
        "load_curve",
        "meter_exchanges",
        "month_coverage",
        "month_peaks",
        "peak_stretches",
        "peaks_of_summaries",
        "totals",
    ]
    assert all(hasattr(kwartier.analysis, public) for public in kwartier.analysis.__all__)
