"""Others that issue tokens, from their registries into a folder of the benchmark's own.

``oidc-provider`` (npm) with its hook ``extraTokenClaims``, which is code in its own process; and
``ministack`` (PyPI), an emulator that runs the pool's pre token generation trigger. ``bare`` and
``bare-multibuffer`` are no peers but the ceiling: an application of our own that only signs
(:mod:`benchmarks.bare`).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks import world
from benchmarks.world import Scenario

_BARE = {"bare": "openssl", "bare-multibuffer": "multibuffer"}
NAMES = ("oidc-provider", "ministack", *_BARE)
_ROOT = Path(__file__).parent.parent
_SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
_CREDENTIALS = base64.b64encode(b"bench:bench-secret").decode()


def install(name: str, folder: Path) -> None:
    """Put a peer into ``folder``, unless it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    if name == "oidc-provider" and not (folder / "node_modules" / name).exists():
        shutil.copy(_SCRIPT, folder)
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "oidc-provider@9"]
        subprocess.run(command, cwd=folder, check=True)
    if name == "ministack" and not (folder / "venv" / "bin" / name).exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        pip = [str(folder / "venv" / "bin" / "pip"), "install", "-qq", "ministack", "cryptography"]
        subprocess.run(pip, check=True)


@contextmanager
def running(
    name: str, folder: Path, port: int, trigger: str
) -> Iterator[tuple[list[Scenario], int]]:
    """A peer without (``none``) or with (``python``, ``hook``) what customizes its tokens."""
    if name == "oidc-provider":
        command = ["node", _SCRIPT.name, str(port), "hook" if trigger != "none" else "plain"]
    elif name in _BARE:
        workers = str(os.cpu_count() or 1)
        command = [sys.executable, "-m", "benchmarks.bare", str(port), workers, _BARE[name]]
    else:
        command = [str(folder / "venv" / "bin" / "ministack")]
    process = subprocess.Popen(
        command,
        cwd=_ROOT if name in _BARE else folder,
        env={**os.environ, "GATEWAY_PORT": str(port)},
        stdout=subprocess.PIPE if name == "oidc-provider" else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        if name == "oidc-provider":
            assert process.stdout is not None
            refresh = json.loads(process.stdout.readline())["refresh"]
            yield _of_oidc_provider(url, refresh, trigger), process.pid
        elif name in _BARE:
            world.wait_for(f"{url}/0")
            yield _of_bare(url, trigger), process.pid
        else:
            world.wait_for(f"{url}/_ministack/health")
            yield _of_ministack(url, trigger), process.pid
    finally:
        process.terminate()
        process.wait(30)


def _of_oidc_provider(url: str, refresh: str, trigger: str) -> list[Scenario]:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"Basic {_CREDENTIALS}",
    }
    bodies = {
        "client_credentials": ("grant_type=client_credentials&scope=api%3Aread", 1),
        "refresh": (f"grant_type=refresh_token&refresh_token={refresh}", 2),
    }
    return [
        Scenario(name, trigger, f"{url}/token", body, headers, signatures)
        for name, (body, signatures) in bodies.items()
    ]


def _of_bare(url: str, trigger: str) -> list[Scenario]:
    scenarios = {"client_credentials": 1, "refresh": 2}
    asked = "" if trigger == "none" else "/asked"
    return [
        Scenario(name, trigger, f"{url}/{signatures}{asked}", "a=b", {}, signatures)
        for name, signatures in scenarios.items()
    ]


def _of_ministack(url: str, trigger: str) -> list[Scenario]:
    found = world.scenarios_with(url, "none" if trigger == "none" else "python", srp=False)
    return [
        replace(each, trigger=trigger, url=f"{url}/oauth2/token")
        if each.name == "client_credentials"
        else replace(each, trigger=trigger)
        for each in found
    ]
