#!/usr/bin/env python3
"""Work on poolhouse with nothing but Python 3.11 or later: python3 dev.py COMMAND.

    demo    set up, start a server, tell the story of a customized access token
    test    set up, then lint, types and every test; more arguments go to pytest, and
            `--database postgresql` runs all of them on PostgreSQL instead of some
    serve   set up, start a server; more arguments go to `poolhouse serve`
    bench   set up, then measure (needs wrk and openssl); more arguments go to the benchmark;
            `bench ha` (needs nginx, PostgreSQL), `bench growth` and `bench capacity` are others
    docs    write the reference pages that are made from code
    lock    write requirements/*.txt anew; more arguments go to uv (--upgrade)
    setup   make .venv and install everything that is needed to develop

Everything is installed into .venv, with the versions and hashes of requirements/*.txt; a second
run finds it there and starts at once. Nothing but the package registry is asked for anything.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
STAMP = VENV / "poolhouse-installed"
NODE_CLIENTS = ROOT / "tests" / "node"
OLDEST = (3, 11)
OLDEST_NODE = 20
# Program to the Debian package that has it.
PROGRAMS = {"chromium": "chromium", "nginx": "nginx-light", "postgres": "postgresql"}
DEBIANS_POSTGRESQL = "/usr/lib/postgresql"  # its servers are not on the PATH
# What runs on PostgreSQL each time; `--database postgresql` runs everything there.
ON_POSTGRESQL = [
    "tests/store",
    "tests/duels",
    "tests/oauth/test_code_grant.py",
    "tests/lambda_api/test_versions_and_aliases.py",
    "tests/wire/test_app_clients.py",
    "tests/wire/test_audit.py",
    "tests/wire/test_groups.py",
    "tests/wire/test_list_users.py",
    "tests/wire/test_lock_out.py",
    "tests/wire/test_recovery.py",
    "tests/wire/test_refresh_rotation.py",
    "tests/wire/test_replay.py",
    "tests/wire/test_sign_in.py",
    "tests/wire/test_sign_up.py",
    "tests/wire/test_user_pools.py",
    "tests/wire/test_wrong_codes.py",
]
BENCHMARKS = {
    "ha": "benchmarks.high_availability",
    "growth": "benchmarks.growth",
    "capacity": "benchmarks.capacity",
}
GENERATED = {
    "docs/reference/settings.md": ["settings", "--markdown"],
    "docs/reference/operations.md": ["operations", "--markdown"],
}


def main(arguments: Sequence[str]) -> int:
    commands: dict[str, Callable[[Sequence[str]], int]] = {
        "demo": demo,
        "test": test,
        "serve": serve,
        "bench": bench,
        "docs": docs,
        "lock": lock,
        "setup": lambda rest: set_up("dev"),
    }
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    os.chdir(ROOT)
    try:
        return commands[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        return 130


def demo(rest: Sequence[str]) -> int:
    return set_up(_enough_to_run()) or _become("-m", "poolhouse", "demo", *rest)


def serve(rest: Sequence[str]) -> int:
    return set_up(_enough_to_run()) or _become("-m", "poolhouse", "serve", *rest)


def bench(rest: Sequence[str]) -> int:
    module = BENCHMARKS.get(rest[0]) if rest else None
    command = ["benchmarks", *rest] if module is None else [module, *rest[1:]]
    return set_up("dev") or _become("-m", *command)


def test(rest: Sequence[str]) -> int:
    """Every check, each timed; all run even when one fails."""
    failed = set_up("dev")
    if failed:
        return failed
    _install_programs()
    pytest = ["-m", "pytest", "-q"]
    rest, everything = _without_database(rest)
    # A run of some tests calls some operations only.
    operations = [] if rest else ["--operations", "build/operations.md"]
    steps: dict[str, list[str]] = {
        "ruff check": ["-m", "ruff", "check"],
        "ruff format": ["-m", "ruff", "format", "--check", "--quiet"],
        "mypy": ["-m", "mypy", "--no-error-summary"],
        "pytest": [
            *pytest,
            "-n",
            "2",
            "-m",
            "not alone",
            "--ignore=tests/browser",
            *operations,
            *rest,
        ],
        # Playwright holds an event loop of its own, which asynchronous tests cannot live beside.
        "pytest, browser": [*pytest, "-n", "2", "tests/browser", *rest],
        "pytest, alone": [*pytest, "-m", "alone", "--ignore=tests/browser", *rest],
    }
    if not everything and not any(each.startswith("tests") for each in rest):
        selected = [*pytest, "-n", "2", "-m", "not alone", *ON_POSTGRESQL, *rest]
        steps["pytest, PostgreSQL"] = selected
    lines = []
    for name, command in steps.items():
        started = time.monotonic()
        environment = dict(os.environ)
        if name == "pytest, PostgreSQL" or (everything and "pytest" in name):
            if not _has("postgres"):
                # Where changes are judged, silence would pass for a success.
                failed = failed or int(everything or "CI" in os.environ)
                lines.append(f"{name:18} skipped: no PostgreSQL")
                continue
            environment["POOLHOUSE_TEST_DATABASE"] = "postgresql"
        code = subprocess.run([PYTHON, *command], env=environment).returncode
        if "pytest" in name and code == 5:  # no test of this kind was selected
            code = 0
        failed = failed or code
        verdict = "failed" if code else "ok"
        lines.append(f"{name:18} {verdict:7} {time.monotonic() - started:6.1f} s")
    print("\n" + "\n".join(lines))
    return failed


def docs(rest: Sequence[str]) -> int:
    failed = set_up("dev")
    if failed:
        return failed
    for path, command in GENERATED.items():
        made = subprocess.run([PYTHON, "-m", "poolhouse", *command], stdout=subprocess.PIPE)
        if made.returncode:
            return made.returncode
        (ROOT / path).write_bytes(made.stdout)
        print(f"wrote {path}")
    return 0


def lock(rest: Sequence[str]) -> int:
    """Universal locks with hashes: one file serves every supported Python and platform."""
    failed = set_up("dev")
    if failed:
        return failed
    compile_ = ["uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11"]
    compile_ += ["--generate-hashes", "--custom-compile-command", "python3 dev.py lock", *rest]
    same_versions = ["-c", "requirements/run.txt"]
    files = {
        "build": ["--group", "pyproject.toml:build"],
        "run": ["pyproject.toml"],
        "node": ["pyproject.toml", "--extra", "node", *same_versions],
        "multibuffer": ["pyproject.toml", "--extra", "multibuffer", *same_versions],
        "dev": ["pyproject.toml", "--extra", "node", "--group", "test", *same_versions],
    }
    for name, sources in files.items():
        command = [PYTHON, "-m", *compile_, *sources, "-o", f"requirements/{name}.txt"]
        failed = failed or subprocess.run(command).returncode
    return failed


def set_up(kind: str) -> int:
    """Make .venv hold what ``requirements/KIND.txt`` lists. Does nothing when it does already."""
    if sys.version_info < OLDEST:
        return _refuse(f"poolhouse needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if os.name != "posix":
        return _refuse("poolhouse runs on Linux and macOS; on Windows use WSL.")
    wanted = {f"{name} {_digest(name)}" for name in (kind, "dev")}
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") in wanted and _works():
        return _compile_ours()
    started = time.monotonic()
    print(f"Installing into {VENV} ...", flush=True)
    failed = _make_venv() or _install(kind)
    if kind == "dev":
        failed = failed or _install_node_clients()
    if failed:
        return failed
    STAMP.write_text(f"{kind} {_digest(kind)}", encoding="utf-8")
    print(f"Installed in {time.monotonic() - started:.0f} s.\n", flush=True)
    return _compile_ours()


def _compile_ours() -> int:
    """Where Python keeps no compiled code, every start of a server would compile all of ours."""
    if sys.dont_write_bytecode:
        subprocess.run([PYTHON, "-m", "compileall", "-q", "src/poolhouse"], cwd=ROOT)
    return 0


def _install_programs() -> None:
    """What tests need that no package registry of Python or Node.js has.

    Only Debian's root gets them installed; everybody else is told, and their tests skip.
    """
    missing = [package for program, package in PROGRAMS.items() if not _has(program)]
    if not missing:
        return
    if os.getuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(missing)} ...", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
            subprocess.run(["apt-get", "-qq", *command], stdout=subprocess.DEVNULL, env=environment)
    else:
        print(f"Tests that need these are skipped; please install: {', '.join(missing)}")


def _has(program: str) -> bool:
    if shutil.which(program):
        return True
    if program == "postgres":
        return any(Path(DEBIANS_POSTGRESQL).glob("*/bin/postgres"))
    return Path("/usr/sbin", program).exists()  # not on everybody's PATH


def _without_database(rest: Sequence[str]) -> tuple[list[str], bool]:
    """The arguments for pytest, and whether all of it runs on PostgreSQL."""
    given = list(rest)
    if "--database" not in given:
        return given, False
    place = given.index("--database")
    chosen = given[place + 1 : place + 2]
    del given[place : place + 2]
    return given, chosen == ["postgresql"]


def _enough_to_run() -> str:
    """Node.js comes from the registry only where the machine has none."""
    node = shutil.which("node")
    if node is None:
        return "node"
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    major = version.strip().removeprefix("v").split(".")[0]
    return "run" if major.isdigit() and int(major) >= OLDEST_NODE else "node"


def _digest(kind: str) -> str:
    digest = hashlib.sha256(sys.version.encode() + str(ROOT).encode())
    files = ["pyproject.toml", "requirements/build.txt", f"requirements/{kind}.txt"]
    if kind == "dev":
        files.append("tests/node/package-lock.json")
    for file in files:
        digest.update((ROOT / file).read_bytes())
    return digest.hexdigest()


def _works() -> bool:
    return os.path.exists(PYTHON) and subprocess.run([PYTHON, "-c", ""]).returncode == 0


def _make_venv() -> int:
    STAMP.unlink(missing_ok=True)
    if _works():
        return 0
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command).returncode:
        return _refuse(
            "This Python cannot make a virtual environment with pip in it. "
            "On Debian and Ubuntu: apt install python3-venv."
        )
    return 0


def _install(kind: str) -> int:
    """uv does it in seconds; pip, which also brings uv, where uv does not get through."""
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    uv = [PYTHON, "-m", "uv", "pip", "install", "-q", "--python", PYTHON]
    hashed = ["--require-hashes", "-r"]
    ours = ["--no-deps", "--no-build-isolation", "-e", "."]
    if sys.dont_write_bytecode:
        # Nobody else will: every start of a server would compile its libraries again.
        uv.append("--compile-bytecode")
    failed = subprocess.run([*pip, *hashed, "requirements/build.txt"]).returncode
    if failed:
        return failed
    for installer in (uv, pip):
        failed = subprocess.run([*installer, *hashed, f"requirements/{kind}.txt"]).returncode
        failed = failed or subprocess.run([*installer, *ours]).returncode
        if not failed:
            return 0
    return failed


def _install_node_clients() -> int:
    """The JavaScript clients that tests drive, by their lock file."""
    npm = shutil.which("npm")
    if npm is None:
        print("Tests with JavaScript clients are skipped: they need Node.js and npm.")
        return 0
    return subprocess.run([npm, "ci", "--silent"], cwd=NODE_CLIENTS).returncode


def _become(*arguments: str) -> int:
    """Go on as another program, so that signals and the exit status are its own."""
    os.execv(PYTHON, [PYTHON, *arguments])  # noqa: S606  # a list, and no shell wanted


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
