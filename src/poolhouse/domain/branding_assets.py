"""The images of a managed login style: which there may be, and that they are what they say.

Source: API reference, ``AssetType``; CreateManagedLoginBranding (40 images, 1 MB each).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.domain import images
from poolhouse.errors import InvalidParameterException, LimitExceededException

LARGEST_SET: Final = 40
_ICON_KINDS: Final = {"FAVICON_ICO": "ICO", "FAVICON_SVG": "SVG"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One image. ``kind`` is its ``Extension``; ``resource_id`` is empty where there is but one."""

    category: str
    color_mode: str
    kind: str
    content: bytes
    resource_id: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """What another image for the same place replaces (``branding-assets-merge``)."""
        return self.category, self.color_mode, self.resource_id


def read(given: Iterable[Mapping[str, Any]] | None) -> tuple[Asset, ...]:
    """The assets of a request. Raises InvalidParameterException."""
    assets = tuple(_read(each) for each in given or ())
    if len({asset.place for asset in assets}) < len(assets):
        raise InvalidParameterException("Assets must differ in category, color mode or resource.")
    return assets


def merged(assets: Iterable[Asset], changes: Iterable[Asset]) -> tuple[Asset, ...]:
    """``assets`` with those of ``changes`` in their places. Raises LimitExceededException."""
    by_place = {asset.place: asset for asset in assets}
    by_place.update({asset.place: asset for asset in changes})
    if len(by_place) > LARGEST_SET:
        raise LimitExceededException(f"A style cannot have more than {LARGEST_SET} assets.")
    return tuple(by_place.values())


def _read(given: Mapping[str, Any]) -> Asset:
    category, kind = given["Category"], given["Extension"]
    content = given.get("Bytes")
    if not content:
        raise InvalidParameterException(f"Asset {category} has no image file.")
    if _ICON_KINDS.get(category, kind) != kind:
        raise InvalidParameterException(f"Asset {category} cannot be of type {kind}.")
    if images.sniff(content) != kind:
        raise InvalidParameterException(f"Asset {category} is not an image of type {kind}.")
    return Asset(category, given["ColorMode"], kind, content, given.get("ResourceId", ""))
