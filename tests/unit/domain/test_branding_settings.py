from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain import branding_settings
from poolhouse.domain.managed_login_defaults import DEFAULTS

NAMES = st.sampled_from(["a", "b", "c"])
DOCUMENTS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    NAMES,
    st.recursive(st.integers(), lambda inner: st.dictionaries(NAMES, inner), max_leaves=8),
)


def _leaves(document: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    if not isinstance(document, dict):
        return {path: document}
    found: dict[tuple[str, ...], Any] = {}
    for name, value in document.items():
        found |= _leaves(value, (*path, name))
    return found


def test_the_defaults_pass_their_own_check() -> None:
    branding_settings.check(DEFAULTS)
    assert branding_settings.completed({}) == DEFAULTS


@given(settings=DOCUMENTS, changes=DOCUMENTS)
def test_changes_are_in_force_and_the_rest_is_kept(
    settings: dict[str, Any], changes: dict[str, Any]
) -> None:
    merged = _leaves(branding_settings.merged(settings, changes))
    changed = _leaves(changes)
    assert changed.items() <= merged.items()
    for path, value in merged.items():
        assert path in changed or _leaves(settings).get(path) == value


@given(settings=DOCUMENTS, changes=DOCUMENTS)
def test_merging_twice_is_merging_once(settings: dict[str, Any], changes: dict[str, Any]) -> None:
    once = branding_settings.merged(settings, changes)
    assert branding_settings.merged(once, changes) == once
