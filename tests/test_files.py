"""Files that somebody named for a result."""

from pathlib import Path

import pytest

from bot.errors import BotError
from bot.files import require_writable, write


def test_what_is_there_stays_as_it_is_and_nothing_else_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("earlier")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    for name in ("old", "new", "link"):
        require_writable(tmp_path / name)
    assert (tmp_path / "old").read_text() == "earlier"
    assert not (tmp_path / "new").exists()
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("name", ["", "none/report.html", "old/report.html", "x" * 300])
def test_where_nothing_can_be_written_it_is_said_before_and_after(tmp_path: Path, name: str) -> None:
    (tmp_path / "old").write_text("a file")
    with pytest.raises(BotError, match="cannot be written"):
        require_writable(tmp_path / name)
    with pytest.raises(BotError, match="cannot be written"):
        write(tmp_path / name, "page")
