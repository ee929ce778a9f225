"""An estimate from the first thousand subs is near the truth."""

from __future__ import annotations

import pytest

from poolhouse.domain.user_counts import SAMPLE, estimate
from poolhouse.ids import Ids


@pytest.mark.parametrize("users", [SAMPLE + 1, 2_000, 50_000])
def test_many_are_estimated(users: int) -> None:
    ids = Ids.seeded(users)
    subs = sorted(ids.uuid() for _ in range(users))
    assert estimate(subs[SAMPLE]) == pytest.approx(users, rel=0.12)  # four standard deviations


def test_no_fewer_than_were_seen() -> None:
    assert estimate("ffffffff-ffff-4fff-bfff-ffffffffffff") == SAMPLE + 1
    assert estimate("somebody") == SAMPLE + 1
