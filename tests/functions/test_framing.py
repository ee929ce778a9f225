from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.functions.framing import BadFrame, Kind, Replies, Reply, invocation

ID = b"0b6f3a2e-1f0c-4a55-9a51-3c8d0e6f7a10"


def reply(kind: int, payload: bytes, request_id: bytes = ID) -> bytes:
    run_us = (1_250).to_bytes(8, "big")
    size = 1 + len(request_id) + len(run_us) + len(payload)
    return size.to_bytes(4, "big") + bytes((kind,)) + request_id + run_us + payload


def test_invocation() -> None:
    frame = invocation(ID, 1_790_000_000_000, b"{}")
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    assert frame[4:40] == ID
    assert int.from_bytes(frame[40:48], "big") == 1_790_000_000_000
    assert frame[48:] == b"{}"


@given(st.lists(st.tuples(st.binary(max_size=300), st.lists(st.integers(1, 350), max_size=6))))
def test_frames_in_any_pieces(frames: list[tuple[bytes, list[int]]]) -> None:
    replies = Replies()
    for payload, cuts in frames:
        data = reply(Kind.ANSWER, payload)
        edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
        found = [replies.feed(data[a:b]) for a, b in pairwise(edges)]
        assert found[:-1] == [None] * (len(found) - 1)
        assert found[-1] == Reply(Kind.ANSWER, ID, 1.25, payload)


@pytest.mark.parametrize(
    "data",
    [
        reply(Kind.ANSWER, b"{}") + b"x",
        b"\0\0\0\0",
        b"\0\0\0\x24" + b"A" * 36,
        b"\x01\0\0\0",
        b"\xff" * 100,
    ],
)
def test_what_is_no_frame(data: bytes) -> None:
    with pytest.raises(BadFrame):
        Replies().feed(data)
