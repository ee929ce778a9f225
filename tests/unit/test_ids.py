"""Identifiers have the forms that clients check, and are random."""

from __future__ import annotations

import re
import uuid

from poolhouse.ids import Ids


def test_a_uuid_is_version_4() -> None:
    made = [Ids().uuid() for _ in range(200)]
    assert all(str(uuid.UUID(text)) == text for text in made)
    assert {uuid.UUID(text).version for text in made} == {4}
    assert {uuid.UUID(text).variant for text in made} == {uuid.RFC_4122}
    assert len(set(made)) == 200


def test_the_forms_clients_check() -> None:
    ids = Ids()
    assert re.fullmatch(r"eu-west-1_[0-9A-Za-z]{9}", ids.pool_id("eu-west-1"))
    assert re.fullmatch(r"[0-9a-z]{26}", ids.client_id())
    assert re.fullmatch(r"[0-9a-z]{51}", ids.client_secret())
    assert re.fullmatch(r"[0-9]{6}", ids.digits(6))
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", ids.token())


def test_a_seed_makes_identifiers_reproducible() -> None:
    assert Ids.seeded(7).uuid() == Ids.seeded(7).uuid()
    assert Ids.seeded(7).uuid() != Ids.seeded(8).uuid()
