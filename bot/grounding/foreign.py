"""Check 3b, other languages: what no rule here can read is said in the words of the source or not at all.

In: a claim's text and its evidence. Out: reasons. The rules that tell a "not", a condition or a subject are rules about English. A sentence in
another language may be posted whole; of a Chinese one its first clauses too, where nothing that is left out could turn them.

>>> foreign("Peter Braun leitet den Vertrieb.", "Anna Schmidt leitet den Vertrieb, Peter Braun die Entwicklung.")   # not its words
"""

import re

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence

ENOUGH_LETTERS = 0.2  # the share of a text's letters that make it a text in their script, however many Latin names stand among them
_LATIN = re.compile(r"[^\W\d_]", re.ASCII)
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_WORD = re.compile(r"[^\W\d_]+")
# The most common words of languages in Latin letters, as any list of them by frequency has; those that English shares tell nothing.
_OF_SEVERAL = frozenset("a an as at do in no on or so was will me per all more son plus par non con van".split())
_ENGLISH = frozenset(
    """
    the of and to is are were for with that by from it its this has have had be been not does can may must we you they he she but which who when if
    their our your his her each any than also after into over under between
    """.split()
)
_OTHERS = tuple(
    frozenset(words.split()) - _ENGLISH - _OF_SEVERAL
    for words in (
        "der die das und ist sind nicht mit für von den dem ein eine einen zu auf im des sich auch wird werden oder bei nach wenn als dass sie er am "
        "um bis aus zum zur hat haben sein waren noch nur kein keine nie niemals etwa darf dürfen muss müssen kann können seit ab",
        "le la les des et est une un pour dans que qui du au aux avec sur pas ne par sont ou ce cette se il elle plus en de à",
        "el la los las y en de del una un por con para que es su se no lo al como más son o",
        "o os as e em do da dos das que não um uma para com por se no na ao é são mais de",
        "il lo la gli le di della del che è per con non una un in sono si da nel più o e",
        "het een van en is niet op met voor dat de te zijn die ook wordt door aan bij naar",
        "och att det som en på är av för med den till inte har de ett om var i",
    )
)
_CLAUSES = re.compile(r"(?<=[，；、。！？])")
# What a left-out Chinese clause may hold that turns those before it: exceptions, conditions, contrasts, denials, hedges and who says so.
_TURNING = re.compile("[除但若非不没未别莫勿仅只]|如果|假如|前提|可能|或许|也许|大概|认为|表示|据|称|说|以下|为止|之前|以前")


def foreign(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """One reason, where a claim about a sentence in another language is not that sentence."""
    sentences = [evidence.document.text[span.start : span.end] for span in evidence.sentences]
    around = " ".join(passage.text for passage in evidence.passages)
    if not any(is_foreign(sentence, around) for sentence in sentences):
        return []
    known = [_bare(sentence) for sentence in (*sentences, " ".join(sentences), *(_opening(text, one) for one in sentences))]
    return [] if _bare(text) in known else [Reason("language", "in a language that no rule reads, and not in the words of its source")]


def is_foreign(sentence: str, around: str) -> bool:
    """Whether a sentence is not in English, as far as its letters and its most common words, or those `around` it, tell."""
    letters = len(_LATIN.findall(sentence)) + len(_OTHER_SCRIPT.findall(sentence))
    if len(_OTHER_SCRIPT.findall(sentence)) > ENOUGH_LETTERS * letters:
        return True
    for text in (sentence, around):
        words = [word.lower() for word in _WORD.findall(text)]
        english, other = sum(word in _ENGLISH for word in words), max(sum(word in common for word in words) for common in _OTHERS)
        if english != other:
            return other > english and (other >= 2 or (not english and len(words) > 2))
    return False


def _opening(claim: str, sentence: str) -> str:
    """The first clauses of a Chinese sentence, as many as `claim` has, where what is left out does not turn them; else ""."""
    clauses = [clause for clause in _CLAUSES.split(sentence) if clause]
    for end in range(1, len(clauses)):
        if _bare("".join(clauses[:end])) == _bare(claim) and not _TURNING.search("".join(clauses[end:])):
            return "".join(clauses[:end])
    return ""


def _bare(text: str) -> str:
    """A text's letters and numbers, in small letters."""
    return re.sub(r"[^\w%+.,-]|_|(?<!\d)[.,]|[.,](?!\d)", "", text.casefold())
