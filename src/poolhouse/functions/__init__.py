"""Running functions: warm local worker processes, their logs, and remote Lambda endpoints.

Doors: :class:`~poolhouse.functions.runtime.Invoker`. The room must not know what a token is, nor
what an answer means: it carries bytes in and bytes out and says how it went (``Outcome``).
"""
