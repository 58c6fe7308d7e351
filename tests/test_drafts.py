"""A model's reply, however it is cut into pieces and wherever it breaks off."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drafts import LONGEST_REPLY, MOST_CLAIMS, REPLY_SCHEMA, Draft, DraftClaim, DraftReader, Mode
from bot.errors import DraftUnreadable


def a_claim(number: int, text: str = "It is so.", kind: str = "fact") -> dict[str, Any]:
    return {"quotes": [{"passage": f"000-{number}", "text": 'Words {of} [the] "text" \\ and ``` more.'}], "text": text, "kind": kind}


def a_reply(*claims: object, mode: object = "answer", unanswered: object = ()) -> dict[str, Any]:
    return {"mode": mode, "claims": list(claims), "unanswered": unanswered}


def read(*pieces: str) -> tuple[list[DraftClaim], Draft | None]:
    """The claims in the order given, and the whole where it can be read."""
    reader = DraftReader()
    claims = [claim for piece in pieces for claim in reader.feed(piece)]
    try:
        return claims, reader.finish()
    except DraftUnreadable:
        return claims, None


WORDS = st.text(max_size=20) | st.sampled_from(['"', "\\", "}", "]", "{[", "```", '"claims":[', "\\u", "🙂", "茶", "\n", "\x00"])
CLAIMS = st.builds(
    lambda passage, quotes, text, kind: {"quotes": [{"passage": passage, "text": q + "."} for q in quotes], "text": text, "kind": kind},
    WORDS, st.lists(WORDS, min_size=1, max_size=3), WORDS, st.sampled_from(["fact", "corrects_question"]),
)  # fmt: skip
REPLIES = st.builds(a_reply, CLAIMS, CLAIMS, unanswered=st.lists(WORDS, max_size=2)) | st.lists(CLAIMS, max_size=3).map(
    lambda claims: a_reply(*claims)
)
FENCES = st.sampled_from([("", ""), ("```json\n", "\n```"), ("```\n", "```\n"), (" \n", " \n"), ("\n```JSON ", "")])


@st.composite
def printed_replies(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """A reply, and one of the ways to print it."""
    reply = draw(REPLIES)
    keys = draw(st.permutations(list(reply)))
    printed = json.dumps({key: reply[key] for key in keys}, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1])))
    before, after = draw(FENCES)
    return reply, before + printed + after


@st.composite
def chunks(draw: st.DrawFn, text: str) -> list[str]:
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_the_same_claims_come_in_the_same_order_however_a_reply_is_cut(data: st.DataObject) -> None:
    reply, printed = data.draw(printed_replies())
    expected = [DraftClaim.model_validate(claim) for claim in reply["claims"]]
    whole = Draft.model_validate(reply) if expected or reply["mode"] != "answer" else None  # an answer without a claim is none
    assert read(printed) == read(*printed) == read(*data.draw(chunks(printed))) == (expected, whole)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_junk_too_is_read_the_same_however_it_is_cut(data: st.DataObject) -> None:
    _, printed = data.draw(printed_replies())
    place = data.draw(st.integers(0, len(printed)))
    junk = printed[:place] + data.draw(st.sampled_from(["}", "]", "{", '"', "\\", "x", "[[", "{}", ",", "```"])) + printed[place:]
    assert read(junk) == read(*junk) == read(*data.draw(chunks(junk)))


def test_a_reply_cut_off_anywhere_is_unreadable_and_gives_only_claims_that_are_complete() -> None:
    reply = a_reply(a_claim(1), a_claim(2, "It “is” \u2028 so 🙂.", "corrects_question"), a_claim(3), unanswered=["and why"])
    printed = json.dumps(reply)
    expected = [DraftClaim.model_validate(claim) for claim in reply["claims"]]
    ends = [
        printed.index('}, {"quotes": [{"passage": "000-2'),
        printed.index('}, {"quotes": [{"passage": "000-3'),
        printed.index('}], "unanswered'),
    ]
    for length in range(len(printed)):
        claims, whole = read(*printed[:length])
        assert whole is None
        assert claims == expected[: sum(end < length for end in ends)]
    assert read(printed) == (expected, Draft.model_validate(reply))


def test_a_claim_is_given_as_soon_as_its_brace_closes() -> None:
    reader = DraftReader()
    printed = json.dumps(a_reply(a_claim(1), a_claim(2)))
    end = printed.index('}, {"quotes": [{"passage": "000-2')
    assert list(reader.feed(printed[:end])) == []
    assert [claim.quotes[0].passage for claim in reader.feed("}")] == ["000-1"]
    assert list(reader.feed(", ")) == []


def test_a_claim_that_is_still_growing_is_never_given_though_all_it_needs_is_there() -> None:
    reader = DraftReader()
    assert not reader.feed('{"claims": [{"text": "So.", "quotes": [{"passage": "1", "text": "So"}], "kind": "fact"')
    assert not reader.feed(', "extra": 1')
    assert not reader.feed("}]")
    with pytest.raises(DraftUnreadable):
        reader.finish()


WRONG = {
    "nothing": "",
    "blanks": "   \n",
    "words": "I am sorry, but I cannot help with that.",
    "a list": json.dumps([a_reply()]),
    "null": "null",
    "a number too long for Python": '{"mode": ' + "9" * 6000 + "}",
    "no mode": '{"claims": [], "unanswered": []}',
    "an unknown mode": json.dumps(a_reply(mode="clarify")),
    "a mode that is no word": json.dumps(a_reply(mode=3)),
    "claims that are none": '{"mode": "answer", "claims": "none"}',
    "claims that are an object": '{"mode": "answer", "claims": {"quotes": [], "text": ""}}',
    "a claim that is a word": json.dumps(a_reply("It is so.")),
    "a claim without quotes": json.dumps(a_reply(a_claim(1) | {"quotes": []})),
    "a quote that is a word": json.dumps(a_reply(a_claim(1) | {"quotes": ["It is so."]})),
    "a quote without a passage": json.dumps(a_reply(a_claim(1) | {"quotes": [{"text": "It is so."}]})),
    "an empty quote": json.dumps(a_reply(a_claim(1) | {"quotes": [{"passage": "1", "text": ""}]})),
    "five quotes": json.dumps(a_reply(a_claim(1) | {"quotes": [{"passage": "1", "text": "a"}] * 5})),
    "a claim with another key": json.dumps(a_reply(a_claim(1) | {"confidence": 1})),
    "a claim of another kind": json.dumps(a_reply(a_claim(1) | {"kind": "opinion"})),
    "a claim without text": json.dumps(a_reply({"quotes": [{"passage": "1", "text": "a"}]})),
    "a claim with text that is no word": json.dumps(a_reply(a_claim(1) | {"text": None})),
    "a claim too long": json.dumps(a_reply(a_claim(1) | {"text": "x" * 601})),
    "another key": json.dumps(a_reply() | {"sources": []}),
    "unanswered words that are no list": json.dumps(a_reply(unanswered="why")),
    "half of a surrogate pair": '{"mode": "answer", "claims": [{"quotes": [{"passage": "1", "text": "\\ud83d"}], "text": ""}]}',
    "two replies": json.dumps(a_reply()) * 2,
    "words before it": "Here it is: " + json.dumps(a_reply(a_claim(1))),
    "a trailing comma": '{"mode": "answer", "claims": [],}',
    "single quotes": "{'mode': 'answer', 'claims': []}",
    "brackets without end": "[" * 50_000,
    "braces that close nothing": "}" * 50_000,
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_a_reply_is_unreadable_and_gives_no_claim(name: str) -> None:
    assert read(WRONG[name]) == read(*WRONG[name]) == ([], None)


def test_words_after_a_reply_make_it_unreadable_but_not_its_claims() -> None:
    claims, whole = read(json.dumps(a_reply(a_claim(1))) + "\nI hope this helps. {}")
    assert [claim.quotes[0].passage for claim in claims] == ["000-1"]
    assert whole is None


def test_a_claim_that_is_wrong_is_left_out_and_fails_the_whole() -> None:
    claims, whole = read(json.dumps(a_reply(a_claim(1), a_claim(2) | {"kind": "opinion"}, 7, [a_claim(4)], a_claim(3))))
    assert [claim.quotes[0].passage for claim in claims] == ["000-1", "000-3"]
    assert whole is None


def test_objects_elsewhere_are_no_claims() -> None:
    claim = json.dumps(a_claim(1))
    assert read(f'{{"mode": "answer", "notes": [{claim}], "claims": [], "x": {{"claims": [{claim}]}}}}') == ([], None)


def test_escapes_are_read_as_what_they_stand_for() -> None:
    printed = (
        '{"mode": "answer", "cl\\u0061ims": [{"quotes": [{"passage": "1", "text": "\\ud83d\\ude42 \\u8336\\n\\"}\\""}], "text": "\\\\"}]}'
    )
    claims, whole = read(*printed)
    assert whole is not None
    assert tuple(claims) == whole.claims
    assert (claims[0].quotes[0].text, claims[0].text, claims[0].kind) == ('🙂 茶\n"}"', "\\", "fact")


def test_what_is_left_out_may_be_left_out() -> None:
    assert read('{"mode": "not_found"}') == ([], Draft(mode=Mode.NOT_FOUND))


@pytest.mark.parametrize("more", [0, 1])
def test_there_are_no_more_claims_than_may_be(more: int) -> None:
    claims, whole = read(json.dumps(a_reply(*[a_claim(n) for n in range(MOST_CLAIMS + more)])))
    assert len(claims) == MOST_CLAIMS + more
    assert (whole is None) == bool(more)


def test_a_reply_too_long_is_refused_as_soon_as_it_is() -> None:
    reader = DraftReader()
    reader.feed(" " * LONGEST_REPLY)
    with pytest.raises(DraftUnreadable, match="longer than"):
        reader.feed(" ")


@pytest.mark.parametrize("unit", [" ", "{},", "[]", "[", '"', "\\", '{"claims":[{', '{"claims":[{"quotes":[{},', "\n```"])
def test_no_reply_is_slow_to_read(unit: str) -> None:
    began = time.process_time()
    text = (unit * LONGEST_REPLY)[:LONGEST_REPLY]
    read(*(text[i : i + 4] for i in range(0, len(text), 4)))
    assert time.process_time() - began < 3  # what is quadratic takes ten times that


def test_the_error_names_what_is_wrong_and_never_a_traceback() -> None:
    reader = DraftReader()
    reader.feed(json.dumps(a_reply(a_claim(1) | {"kind": "opinion"})))
    with pytest.raises(DraftUnreadable, match=r"^claims\.0\.kind: "):
        reader.finish()


def test_the_schema_that_servers_are_given_asks_for_what_is_read() -> None:
    claim = REPLY_SCHEMA["properties"]["claims"]["items"]
    quote = claim["properties"]["quotes"]["items"]
    for schema, model in ((REPLY_SCHEMA, Draft), (claim, DraftClaim), (quote, DraftClaim.model_fields["quotes"].annotation.__args__[0])):  # type: ignore[union-attr]
        assert schema["required"] == list(schema["properties"]) == list(model.model_fields)
        assert schema["additionalProperties"] is False
    assert list(claim["properties"])[0] == "quotes"  # noqa: RUF015  # the order is what is tested: evidence first
