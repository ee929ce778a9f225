"""Tokens as Cedar sees them: principal, groups, attributes and context.

Source: Amazon Verified Permissions user guide, "Mapping Amazon Cognito tokens to schema".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.domain.authorization_tables import CedarRule, PolicyStore

GROUPS: Final = "cognito:groups"
# Claims of these names make the service refuse the token.
REFUSED_NAMES: Final = frozenset({"cognito", "dev", "custom"})


@dataclass(frozen=True, slots=True)
class CedarRequest:
    """What the engine is asked, in the form of its JSON interface."""

    request: Mapping[str, Any]
    entities: tuple[Mapping[str, Any], ...]


def build(
    rule: CedarRule,
    store: PolicyStore,
    pool_id: str,
    access_claims: Mapping[str, Any],
    id_claims: Mapping[str, Any] | None,
) -> CedarRequest:
    """The request for one cell of a table.

    Claims of the ID token are the principal's attributes, those of the access token stand in
    ``context.token``; groups are the principal's parents.
    """
    by_id = id_claims if store.token in ("id", "both") and id_claims is not None else {}
    by_access = access_claims if store.token in ("access", "both") else {}
    groups = by_access.get(GROUPS) or by_id.get(GROUPS) or []
    parents = [{"type": store.group_type, "id": f"{pool_id}|{name}"} for name in groups]
    principal = {"type": store.principal_type, "id": f"{pool_id}|{access_claims['sub']}"}
    attributes = {name: _value(value) for name, value in by_id.items() if name != GROUPS}
    context = dict(rule.context)
    if by_access:
        context["token"] = {
            name: value.split() if name == "scope" else _value(value)
            for name, value in by_access.items()
            if name != GROUPS
        }
    entities: list[Mapping[str, Any]] = [
        {"uid": principal, "attrs": attributes, "parents": parents},
        *({"uid": parent, "attrs": {}, "parents": []} for parent in parents),
        *store.entities,
    ]
    request = {
        "principal": _written(principal),
        "action": rule.action,
        "resource": rule.resource,
        "context": context,
    }
    return CedarRequest(request, tuple(entities))


def names_read(policies: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Claims and scopes that policies look at; ``policies`` is their JSON form.

    A claim is read by ``principal.NAME``, ``context.token.NAME`` or ``has``; every text that is
    compared or looked for counts as a scope that somebody reads.
    """
    claims: set[str] = set()
    texts: set[str] = set()
    for node in _nodes(policies):
        for operator in (".", "has"):
            access = node.get(operator)
            if isinstance(access, Mapping) and isinstance(access.get("attr"), str):
                claims.add(access["attr"])
        if isinstance(node.get("Value"), str):
            texts.add(node["Value"])
    return frozenset(claims), frozenset(texts)


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [value]
    for node in waiting:
        if isinstance(node, Mapping):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _value(value: Any) -> Any:
    """Cedar knows whole numbers only; a fraction is told as text, as the service does."""
    if isinstance(value, float):
        return json.dumps(value)
    if isinstance(value, list):
        return [_value(each) for each in value if each is not None]
    if isinstance(value, Mapping):
        return {name: _value(each) for name, each in value.items() if each is not None}
    return value


def _written(entity: Mapping[str, str]) -> str:
    return f"{entity['type']}::{json.dumps(entity['id'], ensure_ascii=False)}"
