"""A fresh browser, pool and app client for each test."""

from __future__ import annotations

import pytest

from browser_world import Browser, make_browser
from server import Server


@pytest.fixture
def browser(server: Server) -> Browser:
    return make_browser(server)
