"""``poolhouse vectors``: in process all of them, over the wire a cross-section of every file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from poolhouse import vectors
from poolhouse.cli import main
from server import Server

CASES = Path(__file__).parents[1] / "vectors" / "token_customization"


def test_every_case_holds_in_process() -> None:
    result = CliRunner().invoke(main, ["vectors", str(CASES)])
    assert result.exit_code == 0, result.output
    assert result.output.endswith(" cases, all as expected.\n")


def test_there_are_enough_cases_of_every_version() -> None:
    cases = vectors.load(CASES)
    assert len(cases) >= 150
    assert {case.version for case in cases} == {"V1_0", "V2_0", "V3_0"}


@pytest.fixture
def cross_section(tmp_path: Path) -> Path:
    """Every twelfth case of each file, and each subject that they need."""
    for file in CASES.glob("*.json"):
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        content["cases"] = content["cases"][::12]
        (tmp_path / file.name).write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def test_cases_hold_over_the_wire_and_leave_nothing(server: Server, cross_section: Path) -> None:
    idp, functions = server.client(), server.client("lambda")
    arguments = ["vectors", str(cross_section), "--endpoint", server.url, "--verbose"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert len(result.output.splitlines()) > 30
    left = [pool["Name"] for pool in idp.list_user_pools(MaxResults=60)["UserPools"]]
    left += [each["FunctionName"] for each in functions.list_functions()["Functions"]]
    assert not [name for name in left if name.startswith("poolhouse-vectors-")]


def test_a_difference_is_named_and_fails(tmp_path: Path) -> None:
    file = min(CASES.glob("*.json"))
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    case = next(case for case in content["cases"] if "error" not in case["expect"])
    case["expect"] = {"access": {"nobody:asked": "for this"}}
    content["cases"] = [case]
    (tmp_path / file.name).write_text(json.dumps(content), encoding="utf-8")
    result = CliRunner().invoke(main, ["vectors", str(tmp_path)])
    assert result.exit_code == 1
    assert "nobody:asked is absent" in result.output


def test_aws_needs_a_role() -> None:
    result = CliRunner().invoke(main, ["vectors", str(CASES), "--aws"])
    assert result.exit_code == 2
    assert "--role" in result.output
