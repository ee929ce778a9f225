"""The directory: from a function's ARN to something that runs it."""

from __future__ import annotations

from poolhouse.functions.runtime import NotRun, Outcome


class FunctionDirectory:
    """Finds the function behind an ARN, asks its policy, and runs it here or elsewhere."""

    async def invoke(
        self,
        arn: str,
        event: bytes,
        *,
        source_arn: str | None = None,
        limit_seconds: float | None = None,
    ) -> Outcome:
        return NotRun("ResourceNotFoundException", arn)

    async def close(self) -> None:
        """End every worker."""
