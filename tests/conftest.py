"""Fixtures: one server per test process, and a fresh one for tests that move its clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import databases
from operation_calls import CALLS
from poolhouse.api.contract import operations
from poolhouse.api.registry import registered
from server import START_MS, Server, running


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL for the whole run, in the process that the others are started from."""
    if databases.on_postgresql() and not hasattr(config, "workerinput"):
        config.add_cleanup(databases.start().close)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Shared by all tests of a process; make your own pool, leave the clock alone."""
    with running(tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture(scope="session")
def server_of_today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its clock stands at the present: clients and samples judge tokens by clocks of their own."""
    with running(tmp_path_factory.mktemp("today")) as server:
        server.clock.advance(seconds=time.time() - START_MS / 1000)
        yield server


@pytest.fixture(autouse=True)
def today_goes_on(request: pytest.FixtureRequest) -> None:
    """That clock stands still within a test only: an authenticator app's code is good for a
    minute, and the tests before may have taken longer.
    """
    if "server_of_today" in request.fixturenames:
        clock = request.getfixturevalue("server_of_today").clock
        clock.advance(seconds=time.time() - clock.now_ms() / 1000)


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server of one's own, with other settings or to move its clock."""
    with ExitStack() as stack:

        def start(data: Path | None = None, **changes: Any) -> Server:
            return stack.enter_context(running(data or tmp_path / "data", **changes))

        yield start


@pytest.fixture(scope="session")
def idp(server: Server) -> Any:
    """boto3's cognito-idp client of the shared server."""
    return server.client()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--operations", metavar="FILE", help="hold every operation to being tested")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A test process beside this one has ended."""
    CALLS.merge(node.workeroutput.get("operations", ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["operations"] = CALLS.entries()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    path = config.getoption("--operations")
    if not path:
        return
    CALLS.write(Path(path), operations())
    for gap in CALLS.gaps(registered()):
        terminalreporter.write_line(f"no test: {gap}", red=True)


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """The exit status tells of operations without a test."""
    status = yield
    if config.getoption("--operations") and not status and CALLS.gaps(registered()):
        return pytest.ExitCode.TESTS_FAILED
    return status
