from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.functions.framing import BadFrame, Kind, Replies, Reply, invocation

ID = b"0b6f3a2e-1f0c-4a55-9a51-3c8d0e6f7a10"


def reply(kind: int, payload: bytes, request_id: bytes = ID) -> bytes:
    run_us = (1_250).to_bytes(8, "big")
    size = 2 + len(request_id) + len(run_us) + len(payload)
    return size.to_bytes(4, "big") + bytes((kind, 1)) + request_id + run_us + payload


def test_invocation() -> None:
    frame = invocation(ID, 3_000, b"{}", look_further=True)
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    assert frame[4:40] == ID
    assert int.from_bytes(frame[40:48], "big") == 3_000
    assert frame[48:] == b"\1{}"
    assert invocation(ID, 3_000, b"{}", look_further=False)[48:] == b"\0{}"


@given(st.lists(st.binary(max_size=300)), st.lists(st.integers(0, 2_000), max_size=12))
def test_frames_in_any_pieces(payloads: list[bytes], cuts: list[int]) -> None:
    data = b"".join(reply(Kind.ANSWER, payload) for payload in payloads)
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    replies = Replies()
    found = [one for a, b in pairwise(edges) if a < b for one in replies.feed(data[a:b])]
    assert found == [Reply(Kind.ANSWER, True, ID, 1.25, payload) for payload in payloads]


@pytest.mark.parametrize(
    "data",
    [
        reply(Kind.ANSWER, b"{}") + b"\0\0\0\0",
        b"\0\0\0\0",
        b"\0\0\0\x24" + b"A" * 36,
        b"\x01\0\0\0",
        b"\xff" * 100,
    ],
)
def test_what_is_no_frame(data: bytes) -> None:
    with pytest.raises(BadFrame):
        Replies().feed(data)
