"""What the gate makes of sentences about the five documents: honest ones pass as they stand, wrong ones never do.

These are the sentences the rules were written with; tests/bench/grounding.py measures the rules on sentences they were not.
"""

import pytest

from bot.config import CHECKOUT
from bot.corpus import load_corpus
from bot.drafts import DraftClaim, Quote
from bot.grounding import ClaimKind
from bot.grounding.gate import Gate
from bot.grounding.verbatim import locate

CORPUS = load_corpus(CHECKOUT / "seeds")


def kind(quote: str, text: str) -> ClaimKind | None:
    """What is posted for a claim that rests on a quote."""
    passage = next(p for p in CORPUS.passages if locate(quote, p))
    claim = Gate(text, [passage]).verify(DraftClaim(quotes=(Quote(passage=passage.id, text=quote),), text=text))
    return claim.kind if claim else None


HONEST = [
    (
        "Tencent is currently JD’s largest shareholder with a 21.25% stake.",
        "Tencent is JD's largest shareholder with a 21.25 percent stake.",
    ),
    (
        "Tencent is currently JD’s largest shareholder with a 21.25% stake.",
        "Tencent is the largest shareholder of JD, with a 21.25% stake.",
    ),
    (
        "It may be interesting to note that Tencent is the second-largest holder of patents among",
        "Tencent is the second-largest holder of patents among internet companies worldwide.",
    ),
    (
        "In the last five years alone, we have invested over RMB230 billion (USD31.5 billion) into",
        "Tencent has invested over RMB230 billion (USD31.5 billion) into research and development.",
    ),
    (
        "In the last five years alone, we have invested over RMB230 billion (USD31.5 billion) into",
        "Tencent invested more than 230 billion yuan in research and development.",
    ),
    (
        "Tencent’s revamp will see the creation of a new business group devoted to cloud and smart",
        "Tencent's revamp will see the creation of a new business group devoted to cloud and smart industries.",
    ),
    (
        "Dowson Tong, Tencent senior executive vice president, acknowledges that Tencent cannot",
        "Dowson Tong acknowledges that Tencent cannot have a deep understanding of every industry they hope to work with.",
    ),
    (
        "Dowson Tong, Tencent senior executive vice president, acknowledges that Tencent cannot",
        "Tencent cannot possibly have a deep understanding of every industry it hopes to work with, Tong acknowledges.",
    ),
    (
        "Tong emphasises that Tencent will leverage the cloud to export their business",
        "Tong emphasises that Tencent will leverage the cloud to export its business capabilities to the outside world.",
    ),
    (
        "He promises they can deliver deep user insight, creating what he calls a B2C2B loop.",
        "Tong promises they can deliver deep user insight, creating what he calls a B2C2B loop.",
    ),
    (
        "He promises they can deliver deep user insight, creating what he calls a B2C2B loop.",
        "Dowson Tong promises that they can deliver deep user insight.",
    ),
    (
        "Ma’s articulation of where Tencent is headed next may help to lift some investor",
        "Ma's articulation of where Tencent is headed next may help to lift some investor uncertainty.",
    ),
    (
        "Tencent Cloud and BMW, for example, are involved in comprehensive cooperative efforts on",
        "Tencent Cloud and BMW are involved in comprehensive cooperative efforts on several fronts including smart cabins and in-vehicle Weixin.",
    ),
    (
        "Tencent Cloud and BMW, for example, are involved in comprehensive cooperative efforts on",
        "BMW and Tencent Cloud are involved in comprehensive cooperative efforts on several fronts, including smart cabins.",
    ),
    (
        "As a result of Tencent’s unwavering focus on connectivity and technology, Tencent Cloud",
        "Tencent Cloud has developed more than 400 foundational products.",
    ),
    (
        "In the process, Lau hopes that this will make Chinese companies more competitive, citing",
        "Lau hopes this will make Chinese companies more competitive.",
    ),
    (
        "Specifically, Tencent president Martin Lau (pic) says that his company now wants to see",
        "Tencent president Martin Lau says that Tencent is no longer a disrupter of sectors, but one that helps them digitise.",
    ),
    (
        "Specifically, Tencent president Martin Lau (pic) says that his company now wants to see",
        "Martin Lau says his company wants to see other industries not as rivals but as partners.",
    ),
    (
        "Alibaba Group Holding co-founder and executive chairman Jack Ma Yun in September set out",
        "Jack Ma set out his vision for ‘New Manufacturing’ in September.",
    ),
    (
        "Alibaba Group Holding co-founder and executive chairman Jack Ma Yun in September set out",
        "Jack Ma set out his vision for ‘New Manufacturing’ in September 2018.",
    ),
    (
        "The Nanjing event will be Tencent’s first large-scale event since it announced the",
        "The Nanjing event will be Tencent's first large-scale event since it announced the strategic reorganisation.",
    ),
    (
        "For itself, Tencent is fully committed to achieving carbon neutrality and using 100%",
        "Tencent is fully committed to achieving carbon neutrality and using 100% green electricity by 2030.",
    ),
    (
        "For itself, Tencent is fully committed to achieving carbon neutrality and using 100%",
        "Tencent is committed to achieving carbon neutrality by 2030.",
    ),
]

WRONG = [
    (
        "we have invested over RMB230 billion (USD31.5 billion) into research and development",
        "Tencent invested over RMB230 billion into research and development in one year.",
    ),
    ("Tencent is currently JD’s largest shareholder with a 21.25% stake.", "JD is Tencent's largest shareholder with a 21.25% stake."),
    ("Tencent is currently JD’s largest shareholder with a 21.25% stake.", "Tencent is JD's only shareholder with a 21.25% stake."),
    (
        "Tencent is currently JD’s largest shareholder with a 21.25% stake.",
        "Tencent was JD's second-largest shareholder with a 21.25% stake.",
    ),
    (
        "It may be interesting to note that Tencent is the second-largest holder of patents among",
        "Tencent is the largest holder of patents among internet companies worldwide.",
    ),
    (
        "It may be interesting to note that Tencent is the second-largest holder of patents among",
        "Tencent is the second-largest holder of patents worldwide.",
    ),
    (
        "It may be interesting to note that Tencent is the second-largest holder of patents among",
        "Tencent is the second-largest internet company worldwide.",
    ),
    (
        "In the last five years alone, we have invested over RMB230 billion (USD31.5 billion) into",
        "Tencent has invested RMB230 billion into research and development.",
    ),
    (
        "In the last five years alone, we have invested over RMB230 billion (USD31.5 billion) into",
        "Tencent will invest over RMB230 billion into research and development.",
    ),
    (
        "In the last five years alone, we have invested over RMB230 billion (USD31.5 billion) into",
        "Tencent Cloud has invested over RMB230 billion into research and development.",
    ),
    (
        "Tencent’s revamp will see the creation of a new business group devoted to cloud and smart",
        "Tencent created a new business group devoted to cloud and smart industries.",
    ),
    (
        "Tencent’s revamp will see the creation of a new business group devoted to cloud and smart",
        "Tencent's revamp has seen the creation of a new business group devoted to cloud and smart industries.",
    ),
    (
        "Dowson Tong, Tencent senior executive vice president, acknowledges that Tencent cannot",
        "Martin Lau acknowledges that Tencent cannot possibly have a deep understanding of every industry they hope to work with.",
    ),
    (
        "Dowson Tong, Tencent senior executive vice president, acknowledges that Tencent cannot",
        "Dowson Tong acknowledges that Tencent has a deep understanding of every industry they work with.",
    ),
    (
        "Dowson Tong, Tencent senior executive vice president, acknowledges that Tencent cannot",
        "Dowson Tong is Tencent's president.",
    ),
    (
        "Tong emphasises that Tencent will leverage the cloud to export their business",
        "Tencent leverages the cloud to export its business capabilities to the outside world.",
    ),
    (
        "He promises they can deliver deep user insight, creating what he calls a B2C2B loop.",
        "Martin Lau promises they can deliver deep user insight.",
    ),
    (
        "Ma’s articulation of where Tencent is headed next may help to lift some investor",
        "Ma's articulation of where Tencent is headed next helped to lift investor uncertainty.",
    ),
    (
        "Ma’s articulation of where Tencent is headed next may help to lift some investor",
        "Tencent lost over US$220 billion in market value due to a crackdown by Beijing on content.",
    ),
    (
        "Tencent Cloud and BMW, for example, are involved in comprehensive cooperative efforts on",
        "Tencent and BMW are involved in comprehensive cooperative efforts on several fronts including smart cabins.",
    ),
    (
        "As a result of Tencent’s unwavering focus on connectivity and technology, Tencent Cloud",
        "Tencent has developed more than 400 foundational products.",
    ),
    (
        "As a result of Tencent’s unwavering focus on connectivity and technology, Tencent Cloud",
        "Tencent Cloud has developed 400 foundational products.",
    ),
    (
        "As a result of Tencent’s unwavering focus on connectivity and technology, Tencent Cloud",
        "Tencent Cloud has developed more than 400 industry solutions.",
    ),
    (
        "In the process, Lau hopes that this will make Chinese companies more competitive, citing",
        "This will make Chinese companies more competitive.",
    ),
    (
        "In the process, Lau hopes that this will make Chinese companies more competitive, citing",
        "China's GDP is one-eighth of that of the US.",
    ),
    (
        "In the process, Lau hopes that this will make Chinese companies more competitive, citing",
        "US labour productivity is only one-eighth of that in China.",
    ),
    (
        "Specifically, Tencent president Martin Lau (pic) says that his company now wants to see",
        "Martin Lau says that Tencent is a disrupter of sectors.",
    ),
    (
        "Specifically, Tencent president Martin Lau (pic) says that his company now wants to see",
        "Martin Lau says his company wants to see other industries as rivals.",
    ),
    (
        "Alibaba Group Holding co-founder and executive chairman Jack Ma Yun in September set out",
        "Pony Ma set out his vision for ‘New Manufacturing’ in September.",
    ),
    (
        "Alibaba Group Holding co-founder and executive chairman Jack Ma Yun in September set out",
        "Jack Ma set out his vision for ‘New Manufacturing’ in September 2017.",
    ),
    (
        "The Nanjing event will be Tencent’s first large-scale event since it announced the",
        "The Nanjing event will be Tencent's first large-scale event.",
    ),
    (
        "The Nanjing event will be Tencent’s first large-scale event since it announced the",
        "The Nanjing event was Tencent's first large-scale event since it announced the strategic reorganisation.",
    ),
    (
        "For itself, Tencent is fully committed to achieving carbon neutrality and using 100%",
        "Tencent will achieve carbon neutrality by 2030.",
    ),
    (
        "For itself, Tencent is fully committed to achieving carbon neutrality and using 100%",
        "Tencent has achieved carbon neutrality and uses 100% green electricity.",
    ),
    (
        "For itself, Tencent is fully committed to achieving carbon neutrality and using 100%",
        "Tencent achieved carbon neutrality in 2030.",
    ),
]


@pytest.mark.parametrize(("quote", "text"), HONEST)
def test_an_honest_sentence_stands_as_it_is(quote: str, text: str) -> None:
    assert kind(quote, text) is ClaimKind.STATEMENT


@pytest.mark.parametrize(("quote", "text"), WRONG)
def test_a_wrong_sentence_never_stands(quote: str, text: str) -> None:
    assert kind(quote, text) is not ClaimKind.STATEMENT
