"""Which language a question is in, and that every language has words for what the bot says."""

from pathlib import Path

import pytest

from bot.languages import Languages
from bot.prompts import LANGUAGES, PromptLibrary, names_in

LIBRARY = PromptLibrary.load(Path(__file__).resolve().parents[1] / "prompts")
KNOWN = Languages(LIBRARY)
TRANSLATED = [name for name in LIBRARY.names() if name.startswith(LANGUAGES) and not name.endswith("/language")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("What stake does the harbour company hold?", "en"),
        ("Who is Agnes Holm?", "en"),
        ("海港是谁建的？", "zh"),
        ("Holm 在哪一年建了 Port Elling 的海港？", "zh"),
        ("港を建てたのは誰ですか？", "ja"),
        ("항구는 누가 지었습니까?", "ko"),
        ("Кто построил порт?", "ru"),
        ("Wer hat den Hafen gebaut?", "de"),
        ("Was ist Port Elling?", "de"),
        ("Qui a construit le port ?", "fr"),
        ("¿Quién construyó el puerto?", "es"),
        ("Quem construiu o porto?", "pt"),
        ("Hola", "es"),
        ("Wer leitet Sundfjord?", "de"),
        ("Qui dirige Sundfjord ?", "fr"),
        ("¿Quién dirige Sundfjord?", "es"),
        ("Was Sundfjord founded?", ""),
        ("Wer hebt", ""),
        ("Circulation of Le Monde?", ""),
        ("من بنى الميناء؟", "arabic"),
        ("ใครสร้างท่าเรือ", "thai"),
        ("Port Elling", ""),
        ("12 %", ""),
        ("", ""),
        ("\x00🙂", ""),
    ],
)
def test_a_language_is_told_by_its_letters_or_its_common_words(text: str, code: str) -> None:
    assert KNOWN.of(text) == code


SHORT = {
    "en": """
        Who owns Supercell?|Is Agnes Holm the founder?|What is El Niño?|Who is Jürgen Müller?|What did Die Zeit write?
        Who wrote the letter on Nestlé and Citroën?|Where was São Paulo's office opened?|Tell me about the Université de Paris
        What was an ad in La Vanguardia worth?|WHO OWNS THE PORT?|How old is the port?|List the seven areas.|What does 港 mean here?
    """,
    "de": """
        Was hält Holm an JD?|Wie alt ist der Hafen?|Was sagt Agnes Holm dazu?|Besitzt Holm Anteile an JD?|Was plant Holm in Europa?
        Woran arbeitet Holm?|WER HAT DEN HAFEN GEBAUT?|was kostet die Reise?|Kauft Holm den Hafen?|„Wann wurde Holm gegründet?“
    """,
    "fr": """
        Que dit Agnes Holm ?|Combien d'utilisateurs a le port ?|C'est quoi, Elling ?|À qui appartient le port ?|Holm possède-t-il le port ?
        Où se trouve le siège ?|Pourquoi l’action a-t-elle baissé ?|Quelle part du port détient Holm ?
    """,
    "es": """
        Quien es Agnes Holm|que es Elling|¿Tiene Holm acciones de JD?|¿Cuántos barcos hay?|¿Es Holm una empresa china?|¿Por qué cayó la acción?
        Buenos días. ¿Dónde está la sede?|¿Qué dice Holm?
    """,
    "pt": """
        O que é Elling?|o que diz Agnes Holm|Por que a ação caiu?|A Holm tem ações da JD?|Quantos navios tem o porto?|Onde fica a sede?
        Quais são as sete áreas?|Quem fundou a Holm?
    """,
    "ja": "Sundfjord Harbour Companyとは？|港は何年に建てられましたか|Holmの株を誰が持っていますか？|船はいくつありますか|誰が港を?",
    "ko": "Sundfjord Harbour Company는?|항구는 몇 년에 지어졌나요?|Holm은 누구?|배가 몇 척 있습니까|누가 항구를 소유합니까?",
    "ru": "Sundfjord Harbour Company — что это?|Кто такая Agnes Holm?|Сколько лет порту?|Где порт|Чем владеет Holm?",
    "zh": "Sundfjord Harbour Company是什么？|谁是Agnes Holm？|有多少艘船？|港口在哪里|Holm 持有 JD 多少股份？",
    "": "Was Holm in Europa?|Port Elling|Die Zeit|Sundfjord Harbour Company",
}


@pytest.mark.parametrize(
    ("text", "code"), [(text.strip(), code) for code, texts in SHORT.items() for text in texts.strip().replace("\n", "|").split("|")]
)
def test_a_short_question_is_told_by_words_and_marks_of_few_languages_and_not_by_names(text: str, code: str) -> None:
    assert KNOWN.of(text) == code


def test_the_languages_of_many_texts_come_with_the_most_common_first() -> None:
    assert KNOWN.of_most(["海港是谁建的？", "Who is she?", "What is it?", "12"]) == ("en", "zh")


def test_without_any_file_only_scripts_are_told() -> None:
    bare = Languages(PromptLibrary({}))

    assert bare.of("Who is she?") == ""
    assert bare.of("Кто?") == "cyrillic"


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_translation_says_what_its_original_says_with_the_same_values(name: str) -> None:
    original = LIBRARY["replies/" + name.removeprefix(LANGUAGES).partition("/")[2]]
    translated = LIBRARY[name]

    assert bool(translated.body) <= bool(original.body)
    assert names_in(translated.body) == (names_in(original.body) if translated.body else set())
    for label in set(translated.labels) - {"description"}:
        assert names_in(translated.labels[label]) == names_in(original.labels[label])


@pytest.mark.parametrize("code", sorted({name.split("/")[1] for name in TRANSLATED}))
def test_a_language_has_all_the_words_around_an_answer(code: str) -> None:
    marks_and_layout = {"mark", "source", "shared"}
    buttons = {label for label in LIBRARY.reply("answer").labels if label.endswith("_button")}
    missing = set(LIBRARY.reply("answer").labels) - set(LIBRARY[f"{LANGUAGES}{code}/answer"].labels) - marks_and_layout - buttons

    assert missing == set()


# What stands in every dialog below an answer, on Home, in help and other replies at once, and in notes to an asker; "known" is layout, and
# examples are in the documents' language.
DIALOGS = {
    "home": {"prompts_title"}, "source_view": {"known"}, "receipt": {"not_yours"}, "feedback": set[str](), "limits": set[str](),
    "help": set[str](), "desk": set[str](), "sources": set[str](), "shortcuts": set[str](), "settings": set[str](),
}  # fmt: skip
LONGEST = {
    "title": 24, "close": 24, "send": 24, "save": 24, "asked_title": 24, "thanks_title": 24, "thanks_close": 24, "yes": 30, "no": 30,
    "private": 75, "public": 75,
}  # fmt: skip  # Slack's


@pytest.mark.parametrize("name", DIALOGS)
@pytest.mark.parametrize("code", sorted({name.split("/")[1] for name in TRANSLATED}))
def test_a_language_has_all_the_words_of_a_dialog_and_they_fit(code: str, name: str) -> None:
    words = LIBRARY[f"{LANGUAGES}{code}/{name}"].labels

    assert set(words) == set(LIBRARY.reply(name).labels) - DIALOGS[name]
    assert [label for label, most in LONGEST.items() if len(words.get(label, "")) > most] == []


def test_a_reply_without_a_translation_is_said_as_it_is() -> None:
    assert LIBRARY.reply("pins", "zh") is LIBRARY.reply("pins")
    assert LIBRARY.reply("answer", "arabic") is LIBRARY.reply("answer")
    assert LIBRARY.reply("answer", "zh").label("mark", number=1) == "[1]"
