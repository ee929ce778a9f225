"""``with refused("CODE", "message")``: the error a boto3 call must end in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


@contextmanager
def refused(code: str, message: str | None = None) -> Iterator[None]:
    """Fails unless the block raises a ClientError of that code (and exactly that message)."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    if message is not None:
        assert error["Message"] == message
