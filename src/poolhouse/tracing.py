"""Spans for OpenTelemetry: request, trigger, signature, store. Nothing at all until switched on.

Only the API is imported. Who receives the spans is the operator's choice: run the server under
``opentelemetry-instrument``, or set ``OTEL_PYTHON_TRACER_PROVIDER``.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer, TracerProvider

_NOTHING: AbstractContextManager[None] = nullcontext()
_tracer: Tracer | None = None


def enable(provider: TracerProvider | None = None) -> None:
    """Make spans from now on, in this process; by ``provider`` or OpenTelemetry's own."""
    from opentelemetry import trace

    global _tracer
    _tracer = trace.get_tracer("poolhouse", tracer_provider=provider)


def disable() -> None:
    global _tracer
    _tracer = None


def is_on() -> bool:
    return _tracer is not None


def span(name: str, /, **attributes: str | int | float | bool) -> AbstractContextManager[Any]:
    """A span around a block; a block that raises marks it as failed. No secrets in attributes."""
    if _tracer is None:
        return _NOTHING
    return _tracer.start_as_current_span(name, attributes=attributes)


def note(**attributes: str | int | float | bool) -> None:
    """Attributes of the span that is open now, known only at its end."""
    if _tracer is not None:
        from opentelemetry import trace

        trace.get_current_span().set_attributes(
            {f"poolhouse.{name}": value for name, value in attributes.items()}
        )


def continuing(headers: Mapping[str, str]) -> AbstractContextManager[Any]:
    """Spans of the block continue the caller's trace (W3C ``traceparent``)."""
    if _tracer is None:
        return _NOTHING
    return _Continuing(headers)


class _Continuing:
    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._token: Any = None

    def __enter__(self) -> None:
        from opentelemetry import context, propagate

        self._token = context.attach(propagate.extract(self._headers))

    def __exit__(self, *_: object) -> None:
        from opentelemetry import context

        context.detach(self._token)
