"""Whether the files of an index are as they were written.

In: the folder of an index. Out: what of it is damaged; a Record of its files as they stood when they were known to be whole.

tantivy writes a checksum at the end of each file and never reads it. Reading everything takes some three gigabytes a second: nothing for what a team
has, most of a second for a million passages. There the Record says that no file was written to since (its size, its inode and both of its
times, of which no program can set the second), and what the disk itself may have spoiled is looked for while the index is in use.
"""

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

META = "meta.json"
_RECORD = "sound.json"
_FOOTER = struct.Struct("<II")  # of each of tantivy's files: the length of the JSON before it, and a magic number
_MAGIC = 1337
_PIECE = 1 << 20  # bytes
_TIMES = 5  # that a folder is read again because another process has just written to it

Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Record:
    """The committed files, each with its size, inode and times, `meta` the digest of the file that names them; `version` of the engine, if known."""

    meta: str
    stamps: dict[str, Stamp]
    version: str | None = None

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(stamp[0] for stamp in self.stamps.values())


def record_of(folder: Path, version: str | None = None) -> Record | None:
    """The files as they stand now; None where another process is just writing them, or one is gone."""
    try:
        meta = (folder / META).read_bytes()
        stamps = {path.name: _stamp(path) for path in _committed(folder, json.loads(meta))}
        return Record(_digest(meta), stamps, version) if (folder / META).read_bytes() == meta else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def recorded(folder: Path) -> Record | None:
    """The Record that was kept in the folder, if it can be read."""
    try:
        kept = json.loads((folder / _RECORD).read_bytes())
        stamps = {
            str(name): (int(size), int(inode), int(written), int(changed))
            for name, (size, inode, written, changed) in kept["stamps"].items()
        }
        return Record(str(kept["meta"]), stamps, kept["version"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def keep(folder: Path, record: Record) -> None:
    """Keep it for the next opening. Where that is impossible, everything is read then."""
    new = folder / f"{_RECORD}.{os.getpid()}.new"
    try:
        new.write_text(json.dumps(asdict(record)), encoding="utf-8")
        new.replace(folder / _RECORD)
    except OSError:
        new.unlink(missing_ok=True)


def forget(folder: Path) -> None:
    """Let everything be read at the next opening."""
    (folder / _RECORD).unlink(missing_ok=True)


def damaged(folder: Path) -> list[str]:
    """The names of the committed files whose content is not what its checksum says. Raises OSError, ValueError, KeyError, TypeError."""
    for _ in range(_TIMES):
        meta = (folder / META).read_bytes()
        found = [path.name for path in _committed(folder, json.loads(meta)) if not _is_sound(path)]
        if (folder / META).read_bytes() == meta:
            return found
    return []


def _committed(folder: Path, meta: dict[str, Any]) -> Iterator[Path]:
    for segment in meta["segments"]:
        name = segment["segment_id"].replace("-", "")
        deletes = segment["deletes"] and f"{name}.{segment['deletes']['opstamp']}.del"
        for path in folder.glob(f"{name}.*"):
            if path.suffix != ".del" or path.name == deletes:
                yield path


def _stamp(path: Path) -> Stamp:
    found = path.stat()
    return found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def _digest(meta: bytes) -> str:
    return hashlib.blake2b(meta, digest_size=16).hexdigest()


def _is_sound(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            body, footer = _footer(file)
            file.seek(0)
            checked = 0
            while body > 0 and (piece := file.read(min(body, _PIECE))):  # not mapped: a file that is only checked takes no memory
                checked = zlib.crc32(piece, checked)
                body -= len(piece)
            return bool(body == 0 and checked == footer["crc"])
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return False


def _footer(file: BinaryIO) -> tuple[int, dict[str, Any]]:
    """How long the file is without its footer, and what that says. Raises ValueError, struct.error, OSError."""
    size = file.seek(-_FOOTER.size, os.SEEK_END)
    length, magic = _FOOTER.unpack(file.read(_FOOTER.size))
    if magic != _MAGIC or length > size:
        raise ValueError("not a file of tantivy's")
    file.seek(size - length)
    return size - length, dict(json.loads(file.read(length)))
