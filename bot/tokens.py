"""How many tokens a text costs: exactly where tiktoken has its vocabulary, else by an upper bound that is always safe.

tiktoken carries no vocabularies: it downloads them on first use, which may hang or fail. So loading happens on a thread of its
own, and until it is done (or for ever, where it fails) a token counts as one UTF-8 byte, of which no byte-level vocabulary needs more.
"""

import logging
import threading
from collections.abc import Callable
from functools import lru_cache

logger = logging.getLogger(__name__)

Encode = Callable[[str], list[int]]


def upper_bound(text: str) -> int:
    """The most tokens a byte-level vocabulary can need for `text`: one a byte."""
    return len(text.encode(errors="surrogatepass"))


def tiktoken_encode(model: str) -> Encode:
    """The encoder of `model`, or of the newest models where tiktoken does not know it.

    May download the vocabulary; raises whatever the network raises.
    """
    import tiktoken  # noqa: PLC0415  # slow to import, and only a bot with a model needs it

    try:
        encoding = tiktoken.encoding_for_model(model)
    except KeyError:
        encoding = tiktoken.get_encoding("o200k_base")
    return lambda text: encoding.encode(text, disallowed_special=())


class TokenCounter:
    """Counts tokens; never waits for a vocabulary."""

    def __init__(self, load: Callable[[], Encode] | None = None) -> None:
        self._encode: Encode | None = None
        self._count_exactly = lru_cache(maxsize=4096)(self._encoded_length)
        self._loading: threading.Thread | None = None
        if load is not None:
            # A daemon: a download that hangs must not keep the program from ending.
            self._loading = threading.Thread(target=self._load, args=(load,), name="tokens", daemon=True)
            self._loading.start()

    @classmethod
    def for_model(cls, model: str) -> "TokenCounter":
        """A counter that starts to load the vocabulary of `model`."""
        return cls(lambda: tiktoken_encode(model))

    def count(self, text: str) -> int:
        """The tokens of `text`: the exact number once the vocabulary is there, an upper bound before."""
        return upper_bound(text) if self._encode is None else self._count_exactly(text)

    def wait(self, seconds: float) -> None:
        """Wait for the vocabulary, for those who would rather be exact than quick."""
        if self._loading is not None:
            self._loading.join(seconds)

    def _encoded_length(self, text: str) -> int:
        assert self._encode is not None
        return len(self._encode(text))

    def _load(self, load: Callable[[], Encode]) -> None:
        try:
            self._encode = load()
        except Exception as error:  # noqa: BLE001  # the download fails in as many ways as networks do; each means: use the bound
            logger.warning(
                "tiktoken's vocabulary could not be loaded (%s): tokens are counted by an upper bound, one a byte. "
                "Set TIKTOKEN_CACHE_DIR to a folder that holds it to count exactly.",
                type(error).__name__,
            )
