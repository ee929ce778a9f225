"""Log lines: structured, on standard error, without secrets."""

from __future__ import annotations

import logging
import sys
from typing import Any

if "rich" in sys.modules:
    import structlog
else:
    # structlog imports Rich where it is installed, for tracebacks that are never printed here:
    # 5 MiB of every server, and a tenth of its start. None is Python's way to say "not there".
    sys.modules["rich"] = None  # type: ignore[assignment]  # the import system takes it
    try:
        import structlog
    finally:
        del sys.modules["rich"]

_NEVER_LOGGED = frozenset(
    {"password", "secret", "code", "token", "access_token", "id_token", "refresh_token", "session"}
)


def configure(*, level: str, style: str) -> None:
    """Set up logging for this process; ``style`` is json, text or auto."""
    as_json = style == "json" or (style == "auto" and not sys.stderr.isatty())
    renderer: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    # It writes whole addresses, and some providers take secrets in theirs.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _withhold_secrets,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _withhold_secrets(_: Any, __: str, event: Any) -> Any:
    for name in _NEVER_LOGGED & event.keys():
        event[name] = "(withheld)"
    return event
