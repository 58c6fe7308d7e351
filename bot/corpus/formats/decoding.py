"""Bytes as text: by their byte order mark, as UTF-8, else by a guess that is said to be one.

A byte order mark stays in the text, as one character: offsets count it.
"""

import codecs
import re

import charset_normalizer

from bot.corpus.formats.extracted import Notice, Unreadable

# A mark of UTF-32 begins with one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_GUESSES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "koi8_r", "mac_roman",
]  # fmt: skip
_SAMPLE = 200_000  # bytes from which an encoding is guessed
_BINARY = (
    (b"%PDF-", "is a PDF: please name it .pdf"),
    (b"PK\x03\x04", "is a Word file or an archive: a Word file's name must end in .docx"),
    (b"\xd0\xcf\x11\xe0", "is an old Word file: please save it as .docx"),
    (b"{\\rtf", "is RTF: please save it as .docx or .txt"),
)
# The accented letters of languages of the west that stand together in a text: German and those of the north, French, of Iberia, Italian.
_WESTERN = [frozenset(letters + letters.upper()) for letters in ("äöüßåéæø", "éèêëàâçîïôùûœ", "áéíóúüñãõçâêôà", "àèéìíîòóùú")]
_NO_LETTER = re.compile(r"[^\W\d_][¹²³£¥ªº¯¿¼½¾±¶]|[¹²³£¥ª¯¼½¾±¶][^\W\d_]")  # what letters of other code pages become when read as cp1252
FEW_ACCENTS = 0.04  # of the letters: English, or a language of the west, with a foreign word here and there


def decode(raw: bytes) -> tuple[str, tuple[Notice, ...]]:
    """The text, and a notice where its encoding is a guess. Raises Unreadable for what is no text."""
    for beginning, reason in _BINARY:
        if raw.startswith(beginning):
            raise Unreadable(f"{reason}. It is left out.")
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decode_as(raw, encoding)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _guess(raw, raw[: error.start].count(b"\n") + 1)
    if "\0" in text:
        return _guess_wide(raw)
    return text, ()


def _decode_as(raw: bytes, encoding: str) -> tuple[str, tuple[Notice, ...]]:
    try:
        return raw.decode(encoding), ()
    except UnicodeDecodeError as error:
        line = raw[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise Unreadable(f"begins with the mark of {encoding}, but line {line} is not. It is left out. Please save it as UTF-8.") from None


def _guess_wide(raw: bytes) -> tuple[str, tuple[Notice, ...]]:
    """UTF-16 without its mark has a zero byte in every ASCII character."""
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = raw[offset::2].count(0)
        if 3 * zeros > len(raw) / 2 and not raw[1 - offset :: 2].count(0):
            try:
                return raw.decode(encoding), (_guessed(encoding),)
            except UnicodeDecodeError:
                break
    raise Unreadable("is no text, and is left out")


def _guess(raw: bytes, line: int) -> tuple[str, tuple[Notice, ...]]:
    if b"\0" in raw:
        return _guess_wide(raw)
    for encoding in _likely(raw[:_SAMPLE]):
        try:
            return raw.decode(encoding), (_guessed(encoding, line),)
        except UnicodeDecodeError:
            continue
    raise Unreadable(f"is not UTF-8 (line {line}) nor anything else that can be told, and is left out. Please save it as UTF-8.")


def _likely(sample: bytes) -> list[str]:
    western = sample.decode("cp1252", "replace")
    accents = re.findall(r"[^\W\d_a-zA-Z]", western)
    best = charset_normalizer.from_bytes(sample, cp_isolation=_GUESSES).best()
    likely = [best.encoding] if best else []
    is_western = any(letters.issuperset(accents) for letters in _WESTERN) and not _NO_LETTER.search(western)
    if is_western or len(accents) <= FEW_ACCENTS * len(re.findall(r"[^\W\d_]", western)):
        likely.insert(0, "cp1252")
    # Characters of two bytes read as Japanese ones of half width, which nobody writes by the dozen.
    if best and best.encoding in {"shift_jis", "cp932"} and len(re.findall(r"[\uff61-\uff9f]", str(best))) > 0.05 * len(str(best)):
        likely.insert(0, "gb18030")
    return likely


def _guessed(encoding: str, line: int | None = None) -> Notice:
    return Notice(f"is not UTF-8: it was read as {encoding}, which is a guess. Please check its letters, or save it as UTF-8.", line)
