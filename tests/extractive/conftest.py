"""Small corpora, written to disk and loaded as any other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus

HARBOUR = """The harbour of Port Elling

The harbour of Port Elling was dug between 1871 and 1879 by the engineer Agnes Holm. \
She had studied canals in the Netherlands. \
The works cost 4.2 million crowns, a third more than planned.

Today the harbour handles 310 ships a week. Most of them carry timber to Denmark.

Holm moved to Oslo in 1902. She died there eleven years later.

The town council decided in 2015 to close the old fish market because the roof was no longer safe. Its stalls were moved to Bridge Street.

The council named four aims for the next decade:

  1. Quiet quays: Ships switch off their engines and take power from the shore.

  2. Clean water: No waste water reaches the basin.

  3. Open paths: Walkers can go round the whole harbour.

  4. More rail: Half of all goods leave by train.
"""
MUSEUM = """The museum of clocks

The museum of clocks in Lower Wend shows 1,240 clocks and watches. Its oldest piece is a water clock made in 1587 by the monk Brother Anselm.

Entry costs 9 crowns for adults. Children under twelve pay nothing.

Director Marta Lindqvist said that the museum will open a workshop in May. Lindqvist wants visitors to repair their own watches there.
"""
CHINESE = """青河镇的茶园

青河镇位于山谷之中，全镇有三千名居民。镇上的第一座茶园由李文山于1952年建立。

每年四月，村民采摘春茶。茶叶主要销往广州和上海，因为那里的买家出价最高。
"""

Load = Callable[..., Corpus]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """A function from file names and texts to a corpus of them."""

    def write_and_load(**texts: str) -> Corpus:
        for name, text in texts.items():
            (tmp_path / (name.replace("__", "."))).write_text(text, encoding="utf-8")
        return load_corpus(tmp_path)

    return write_and_load


@pytest.fixture
def towns(load: Load) -> Corpus:
    """Two short documents, one with a list."""
    return load(harbour__txt=HARBOUR, museum__txt=MUSEUM)


@pytest.fixture
def chinese(load: Load) -> Corpus:
    """One document in Chinese."""
    return load(tea__txt=CHINESE)
