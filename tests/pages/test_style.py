"""The pages' colours can be told apart by everybody, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from bot.pages import STYLES

CSS = STYLES.read_text(encoding="utf-8")
READ = 4.5  # the contrast of words with what is behind them
SEEN = 3.0  # of shapes and of what one can press
WORDS = ("ink", "quiet", "accent", "good", "warn", "bad")
SHAPES = ("answered", "partial", "not_in_documents", "declined", "failed", "accent", "bad")
PAIRS = [
    *((word, ground, READ) for word in WORDS for ground in ("ground", "raised")),
    ("on-mark", "mark", READ), ("on-accent", "accent", READ), ("ink", "added", READ), ("ink", "removed", READ),
    *((shape, ground, SEEN) for shape in SHAPES for ground in ("ground", "raised")),
]  # fmt: skip


def colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light if scheme == "light" else light + dark))


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "behind", "least"), PAIRS)
def test_what_is_read_or_seen_stands_out(scheme: str, front: str, behind: str, least: float) -> None:
    known = colours(scheme)
    assert contrast(known[front], known[behind]) >= least


def test_black_on_white_is_the_most_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_every_colour_has_a_dark_one() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    assert set(re.findall(r"--[\w-]+", light)) == set(re.findall(r"--[\w-]+", dark))


def test_colours_are_named_once() -> None:
    assert not re.search(r"#[0-9a-f]{3,8}\b", CSS.split("* { box-sizing")[1])
