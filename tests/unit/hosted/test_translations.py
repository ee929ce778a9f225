"""Every language says everything, with the same blanks to fill in."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from poolhouse.hosted import refusals, routes, translations
from poolhouse.hosted.translations import DEFAULT, load

HOSTED = Path(routes.__file__).parent
KEY = re.compile(r"""["']((?:[a-z_]+)\.(?:[a-z_0-9]+))["']""")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_the_languages_that_were_promised() -> None:
    assert {"de", "en", "es", "fr", "ja"} <= set(translations.codes())


@pytest.mark.parametrize("code", translations.codes())
def test_a_language_has_every_key_and_its_placeholders(code: str) -> None:
    english, other = load(DEFAULT).texts, load(code).texts
    assert other.keys() == english.keys()
    for key, text in english.items():
        assert placeholders(other[key]) == placeholders(text), key
        assert other[key].strip(), key


def test_keys_that_pages_name_are_there_and_no_others() -> None:
    sources = [*HOSTED.glob("*.py"), *HOSTED.glob("templates/*.html")]
    named = {
        key
        for source in sources
        for key in KEY.findall(source.read_text(encoding="utf-8"))
        if not key.endswith((".html", ".css", ".js", ".json"))
    }
    english = load(DEFAULT).texts
    families = {key.partition(".")[0] for key in english}
    assert {key for key in named if key.partition(".")[0] in families} <= english.keys()
    built = ("attribute.", "hint.", "factor.set_up.", "factor.use.", "choose.")
    assert {key for key in english if not key.startswith(built)} <= named


def test_every_sentence_of_a_service_has_a_text() -> None:
    assert set(refusals.SENTENCES.values()) <= load(DEFAULT).texts.keys()


def test_values_are_escaped_and_texts_too() -> None:
    said = load("en")("login.to", client="<b>&")
    assert said == "to continue to &lt;b&gt;&amp;"
