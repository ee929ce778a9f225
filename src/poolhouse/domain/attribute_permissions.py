"""Which attributes an app client lets its users read and write, and what such lists may hold.

Source: Amazon Cognito developer guide, "Attribute permissions and scopes".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from poolhouse.domain.records import AppClient, AttributeDefinition, UserPool
from poolhouse.domain.schema import STANDARD_NAMES
from poolhouse.errors import InvalidParameterException, NotAuthorizedException

_NEVER_WRITABLE = frozenset({"sub", "identities", "email_verified", "phone_number_verified"})
_WRITABLE_BY_DEFAULT = frozenset(STANDARD_NAMES) - _NEVER_WRITABLE


def readable(pool: UserPool, client: AppClient) -> frozenset[str]:
    """Full names of the attributes a user may read through ``client``; always with ``sub``.

    Without a list of its own a client reads the whole schema (``read-attributes-default`` in
    :mod:`poolhouse.domain.choices`).
    """
    if client.read_attributes is None:
        return frozenset(pool.attributes)
    return client.read_attributes | {"sub"}


def writable(client: AppClient) -> frozenset[str]:
    """Full names of the attributes a user may write through ``client``.

    Without a list of its own a client writes the standard attributes, no custom ones
    (``default-write-attributes``).
    """
    return _WRITABLE_BY_DEFAULT if client.write_attributes is None else client.write_attributes


def check_write(pool: UserPool, client: AppClient, names: Iterable[str]) -> None:
    """Refuse names of the pool's schema that ``client`` may not write.

    Raises NotAuthorizedException. Names unknown to the schema pass: they have errors of their own.
    """
    allowed = writable(client)
    if any(name in pool.attributes and name not in allowed for name in names):
        raise NotAuthorizedException("A client attempted to write unauthorized attribute")


def check_read_list(attributes: Mapping[str, AttributeDefinition], names: Iterable[str]) -> None:
    """Refuse ``ReadAttributes`` that the schema lacks. Raises InvalidParameterException."""
    if any(name not in attributes for name in names):
        raise InvalidParameterException("Invalid read attributes specified while creating a client")


def check_write_list(attributes: Mapping[str, AttributeDefinition], names: Iterable[str]) -> None:
    """Refuse ``WriteAttributes`` that cannot be written, or that leave out a required attribute.

    Raises InvalidParameterException.
    """
    given = frozenset(names)
    required = {name for name, found in attributes.items() if found.required and name != "sub"}
    unknown = given - attributes.keys()
    developer_only = {name for name in given - unknown if attributes[name].developer_only}
    if unknown or developer_only or given & _NEVER_WRITABLE or required - given:
        raise InvalidParameterException(
            "Invalid write attributes specified while creating a client"
        )
