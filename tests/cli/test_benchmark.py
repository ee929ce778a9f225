"""The benchmark's scripts work: every scenario for a moment, every file. No figure is judged."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.skipif(
        not (shutil.which("wrk") and shutil.which("openssl")), reason="needs wrk and openssl"
    ),
]


def test_every_scenario_can_be_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks.__main__ import main

    output = tmp_path / "runs.jsonl"
    cells = "*:none:1,refresh:python:8,client_credentials:python:8"
    arguments = ["--quick", "--workers", "1", "--port", "4588", "--cells", cells]
    main([*arguments, "--output", str(output), "--report", str(tmp_path)])
    measured = [json.loads(line) for line in output.read_text().splitlines()]
    assert {(each["scenario"], each["trigger"], each["connections"]) for each in measured} == {
        ("sign-in", "none", 1),
        ("sign-in-light", "none", 1),
        ("srp", "none", 1),
        ("refresh", "none", 1),
        ("client_credentials", "none", 1),
        ("jwks", "none", 1),
        ("refresh", "python", 8),
        ("client_credentials", "python", 8),
    }
    assert all(each["per_second"] > 0 for each in measured)
    table = (tmp_path / "speed-measured.md").read_text()
    assert table.count("| poolhouse (openssl) |") == len(measured)
    assert "| poolhouse (openssl) | srp | none | 1 |" in capsys.readouterr().out
    ElementTree.parse(tmp_path / "speed-measured.svg")  # noqa: S314  # our own file


def test_a_cell_is_the_median_of_what_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import report, runs

    def run(ratio: float, *, kept: bool, connections: int = 32) -> runs.Run:
        shared = ("poolhouse (openssl)", "refresh", "none", connections, ratio * 1000)
        return runs.Run(*shared, ratio, 1.0, 2.0, 3.0, 2000.0, 0.0, kept)

    good, lost = runs.cells(
        [
            run(1.0, kept=True),
            run(9.0, kept=False),
            run(1.2, kept=True),
            run(1.1, kept=True),
            run(5.0, kept=False, connections=8),
        ]
    )
    assert (good.ratio, good.kept, good.tried) == (1.1, 3, 4)
    assert (lost.ratio, lost.kept) == (0.0, 0)
    picture = report.plot([good, lost], "today & here")
    assert ">1.10</text>" in picture
    assert "today &amp; here" in picture
    assert "5.00" not in picture
