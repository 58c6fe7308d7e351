"""What may stand in each file of prompts/: the `$name`s that code fills, and those without which a file would not do what it is for.

In: a library. Out: one PromptError that says, of every mistake in it, the file, what is wrong and what is allowed; so that a bot with a
mistyped word does not start, instead of failing at its first question.
"""

from collections.abc import Iterator, Mapping

from bot.errors import PromptError
from bot.prompts import LANGUAGES, PromptLibrary, Template, names_in

# Of a file's body: the names, separated by blanks; a name with "!" must be there. "" is a body that is filled with nothing.
BODIES: Mapping[str, str] = {
    "answer": "", "evidence": "mark passages!", "passage": "id! kind document date text!", "question": "history question!",
    "judge": "sentence! evidence!", "repair": "sentences! question", "rewrite": "language history question!", "summary": "document!",
    "comparison": "first! second!",
    "replies/examples": "", "replies/failed": "reference", "replies/help": "subcommands!", "replies/not_in_documents": "",
    "replies/searching": "", "replies/sources": "count", "replies/suggestions": "topic!",
    "replies/talk/about": "command documents", "replies/talk/goodbye": "command documents", "replies/talk/greeting": "command documents",
    "replies/talk/thanks": "command documents",
}  # fmt: skip

# Of the lines of a file's front matter, alike; a line that is not named here is shipped without any `$name`.
LABELS: Mapping[str, Mapping[str, str]] = {
    "cli": {
        "model": "model", "only_in_slack": "typed", "ready": "seconds url!", "port_taken": "port", "engine_model": "model!", "dashboard": "url!",
        "gap": "asked askers unanswered voted_down", "corrected": "id", "instead": "words!", "not_found": "id", "deleted": "count",
        "backed_up": "file", "empty_folder": "folder", "ambiguous": "id", "documents": "documents passages digest", "added": "id", "replaced": "id",
        "removed": "id place", "still_described": "id", "resembling": "first second percent", "no_document": "id",
        "bad_line": "line reason", "pinned": "id question", "unpinned": "id question", "not_pinned": "id", "pin_serves": "day",
        "pin_expired": "day document", "no_workspace": "id", "workspace_forgotten": "id count",
    },
    "doctor": {
        "bot_token": "name workspace", "bad_bot_token": "error", "no_answer": "url error", "missing_scopes": "scopes!", "http": "host port",
        "bad_app_token": "error", "events": "events!", "read_documents": "documents passages", "model_answers": "model seconds",
        "bad_model": "error", "credentials": "url", "bad_credentials": "error", "no_workspaces": "url", "sealed": "id name error",
        "dead_token": "id name error", "workspace_lacks": "name scopes!", "unlisted": "id! name",
    },
    "question": {"turn": "question! answer"}, "rewrite": {"turn": "question! answer"}, "repair": {"sentence": "text! quotes reasons"},
    "settings": {
        "not_whole": "setting! least most", "not_a_number": "setting! least most", "too_small": "setting! least most",
        "too_large": "setting! least most", "neither": "setting!", "no_choice": "setting! choices!", "ids": "setting!",
        "marred": "setting!", "no_key": "setting!",
        "slack_bot_token": "setting! held", "slack_app_token": "setting! held", "slack_api_url": "setting! default",
        "slack_redirect_url": "setting!", "slack_command": "setting! default", "openai_base_url": "setting!", "token_prices": "setting!",
        "opensearch_url": "setting!", "opensearch_index": "setting! default", "digest_channel": "setting!", "digest_at": "setting! default",
    },
    "replies/answer": {
        "quote": "quote!", "mark": "number!", "source": "title! publisher date", "pages": "source! pages", "derived": "value!",
        "correction": "text!", "editors_note": "text!", "as_of": "date", "as_of_range": "first last",
        "corpus_range": "documents first last undated", "corpus_undated": "documents", "unanswered": "parts!", "left_out": "documents",
        "no_date": "documents", "searched": "documents", "shared": "user", "asked": "question", "source_changed": "title",
        "source_gone": "title", "approved": "user date", "approved_unnamed": "date",
    },
    "replies/declined": {
        "empty": "command limit", "too_long": "command limit", "no_such_document": "command limit names", "same_document": "command limit names",
    },
    "replies/desk": {
        "personal": "command", "settings_by_command": "command", "suggest": "command meant typed", "used": "usage!", "or_asked": "command typed",
        "kept": "command most",
        "nothing_kept": "command most", "confirm": "count", "forgotten": "command count",
    },
    "replies/digest": {
        "digest_title": "since until", "digest_asked": "count askers percent", "digest_voted_down": "count", "digest_times": "count",
        "digest_further": "count", "digest_document": "count title!",
    },
    "replies/pins": {"pinned_by": "user"},
    "replies/home": {"documents_heading": "count", "more": "count", "kept_note": "command"},
    "replies/installation": {"installed": "workspace", "not_allowed": "workspace"}, "replies/limits": {"ahead": "count", "late": "minutes"},
    "replies/receipt": {
        "not_yours": "id", "document": "title! passages quotes", "unquoted": "documents!", "more": "count",
        "engine": "engine", "tokens": "input cached output",
        "cost": "cost", "seconds": "seconds", "prompt": "digest", "corpus": "digest", "corpus_changed": "digest", "answer_id": "id",
    },
    "replies/suggestions": {"person": "topic!", "thing": "topic!"},
    "replies/shortcuts": {"asks": "user"},
    "replies/source_view": {
        "fact_title": "value!", "fact_publisher": "value!", "fact_author": "value!", "fact_published": "value!", "known": "fact! evidence",
        "file": "id", "place": "number count", "page": "number count",
    },
    "replies/sources": {"more": "count"},
}  # fmt: skip


def check(prompts: PromptLibrary) -> None:
    """Raises PromptError for what is missing in a library, and for every `$name` in it that nothing fills."""
    if mistakes := list(_mistakes(prompts)):
        raise PromptError(" ".join(mistakes))


def _mistakes(prompts: PromptLibrary) -> Iterator[str]:
    present = prompts.names()
    for name in (*BODIES, *(name for name in LABELS if name not in BODIES)):
        if name not in present:
            yield f"{prompts.place_of(name)} is missing. Copy it from the prompts/ that came with this program."
            continue
        if name in BODIES and not prompts[name].body:
            yield f"{prompts[name].place} has no text below its front matter. Please write it."
        for label in LABELS.get(name, {}):
            if label not in prompts[name].labels:
                yield f"{prompts[name].place} has no line '{label}: …' in its front matter. Please add it."
    for name in present:
        yield from _wrong_in(prompts[name])


def _wrong_in(template: Template) -> Iterator[str]:
    """A translation is held to what its original is given."""
    original = (
        f"replies/{template.name.removeprefix(LANGUAGES).partition('/')[2]}" if template.name.startswith(LANGUAGES) else template.name
    )
    if template.body and original in BODIES:
        yield from _wrong(template.place, template.body, BODIES[original])
    known = LABELS.get(original, {})
    for label, text in template.labels.items():
        if label in known:
            yield from _wrong(f"{template.place}, '{label}: …',", text, known[label])


def _wrong(place: str, text: str, filled: str) -> Iterator[str]:
    allowed = [name.rstrip("!") for name in filled.split()]
    needed = [name.rstrip("!") for name in filled.split() if name.endswith("!")]
    try:
        found = names_in(text)
    except ValueError as error:
        yield f"{place}: {error}. Write $$ for a dollar sign."
        return
    may = f"What is filled there: {', '.join(f'${name}' for name in allowed) or 'nothing; write $$ for a dollar sign'}."
    for name in sorted(found - set(allowed)):
        yield f"{place} asks for ${name}, which is not given to it. {may}"
    for name in needed:
        if name not in found:
            yield f"{place} lacks ${name}, without which it cannot do what it is for. {may}"
