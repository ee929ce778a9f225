"""Every token customization case, in process."""

from __future__ import annotations

from pathlib import Path

import pytest

from poolhouse import vectors
from poolhouse.domain.choices import CHOICES
from poolhouse.vectors import Case

CASES = vectors.load(Path(__file__).parent / "token_customization")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    assert vectors.run_pure(case) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case_names_its_rule_and_mark(case: Case) -> None:
    assert case.mark == CHOICES[case.rule].mark
    assert case.source


def test_the_cases_cover_versions_flows_and_runs() -> None:
    assert len(CASES) >= 400
    assert {(case.version, case.subject.flow) for case in CASES} >= {
        (version, flow) for version in ("V2_0", "V3_0") for flow in ("api", "refresh", "oauth")
    } | {("V1_0", "api"), ("V3_0", "client_credentials"), ("V1_0", "client_credentials")}
    assert sum("server" in case.runs for case in CASES) >= 350
