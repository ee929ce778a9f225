"""The machine a benchmark runs on: what one core signs, and what others took of it meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path


def raw_signatures_per_second(seconds: int = 1) -> float:
    """RSA-2048 private-key operations per second of one core: the limit of token issuing."""
    command = ["openssl", "speed", "-seconds", str(seconds), "rsa2048"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    matched = re.search(r"rsa 2048 bits\s+\S+s\s+\S+s\s+([\d.]+)", text)
    if matched is None:
        raise RuntimeError("openssl speed printed no RSA-2048 figure")
    return float(matched[1])


def busy_seconds() -> float:
    """CPU seconds the whole machine has spent working since it started (Linux)."""
    fields = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq, *_ = map(int, fields)
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def tree_seconds(root: int) -> float:
    """CPU seconds of a process and all its living descendants."""
    parents: dict[int, int] = {}
    spent: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except OSError:
            continue
        pid = int(entry.name)
        parents[pid] = int(fields[1])
        spent[pid] = int(fields[11]) + int(fields[12])
    total = 0
    for pid, ticks in spent.items():
        ancestor = pid
        while ancestor not in (root, 0) and ancestor in parents:
            ancestor = parents[ancestor]
        if ancestor == root:
            total += ticks
    return total / os.sysconf("SC_CLK_TCK")


def name() -> str:
    """The processor and how many of it."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    model = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return f"{os.cpu_count()} x {model[1] if model else 'unknown processor'}"


def commit() -> str:
    """The commit that is measured, with a + where files differ from it."""
    command = ["git", "describe", "--always", "--abbrev=10", "--dirty=+", "--exclude=*"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parent, check=False
    )
    return done.stdout.strip() or "unknown"
