"""What a sentence says in passing of whom it names: "Ida Moe, an analyst at Sund Bank, said …", "the analyst Ida Moe".

In: a claim's text and its evidence. Out: whether the claim only says that somebody or something is what stands right beside the name there. Such
words hold whatever the sentence goes on to plan, to doubt or to deny.

>>> is_apposed("Ida Moe is an analyst at Sund Bank.", "“It will sink,” said Ida Moe, an analyst at Sund Bank.")   # True
"""

import re
from functools import lru_cache

from bot.grounding.evidence import ClaimEvidence
from bot.grounding.phrases import chunks

_CLAIM = re.compile(r"(?P<name>[^,;:]+?) (?:is|are|was|were) (?P<what>[^;:]+?)\.?")
_ARTICLE = re.compile(r"(?:the|an?) ", re.IGNORECASE)
_BRACKETS = re.compile(r" \([^()]*\)")
_ENDS = r"(?=\s*(?:[,.;:)–—]|$)(?!, (?:and|or)\b))"  # not within a list


def is_apposed(text: str, evidence: ClaimEvidence) -> bool:
    """Whether `text` says of a name what stands beside it in the evidence, whole, and nothing else."""
    claim = _CLAIM.fullmatch(text.strip())
    if claim is None:
        return False
    name, what = _ARTICLE.sub("", claim["name"], count=1), claim["what"]
    is_name = all(word[:1].isupper() or not word[:1].isalpha() or word in {"of", "and", "the", "for"} for word in name.split())
    return is_name and _is_noun_phrase(what) and any(_stands_beside(name, what, sentence) for sentence in evidence.resolved_sentences)


@lru_cache(maxsize=1024)
def _is_noun_phrase(text: str) -> bool:
    """Whether it has no verb, no relative clause and no negation."""
    found = chunks(text)
    return bool(found) and found[0].kind == "NP" and all(chunk.kind in {"NP", "P", "C"} for chunk in found)


def _stands_beside(name: str, what: str, sentence: str) -> bool:
    plain = _BRACKETS.sub("", " ".join(sentence.split()))
    alone = re.escape(_ARTICLE.sub("", what, count=1))
    behind = rf"(?<![\w’'-]){re.escape(name)}(?:, | \(| – |—)(?:the |an? ){alone}{_ENDS}"
    before = rf"(?:^|[,;:] |\b(?:the|The|an?|An?) ){alone},? {re.escape(name)}(?![\w’'-])(?! [A-Z])"
    return any(_is_whole(plain, found) for found in re.finditer(behind, plain)) or re.search(before, plain) is not None


def _is_whole(sentence: str, found: re.Match[str]) -> bool:
    """Whether the name is not the end of a longer one."""
    return re.search(r"[A-Z][\w.&’'-]* $", sentence[: found.start()]) is None or not sentence[: found.start()].rstrip().rpartition(" ")[0]
