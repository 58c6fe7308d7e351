"""A folder of documents as a Corpus. What cannot be used is reported beside it; the other documents still serve."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.corpus.blocks import content_start, read_blocks
from bot.corpus.documents import CITABLE, Block, Corpus, Document, Kind, Passage, Span
from bot.corpus.folder import FILE_NAME, FoundFile, find_files
from bot.corpus.metadata import Catalogue, Entry, describe, read_catalogue
from bot.corpus.sentences import split_sentences
from bot.errors import CorpusError

SUFFIXES = frozenset({".txt", ".md"})
_OTHER_DOCUMENTS = frozenset({".pdf", ".docx", ".doc", ".html", ".htm", ".rtf", ".odt", ".pptx", ".xlsx"})
LONGEST_PASSAGE = 1_500  # characters, some 250 words: longer paragraphs are cut between sentences (retrieval.md, "Passages")


def load_corpus(folder: Path) -> Corpus:
    """Read every document below `folder`, in the order of their names.

    Raises CorpusError only where there is no such folder; all other problems are in `Corpus.problems`.
    """
    if not folder.is_dir():
        raise CorpusError(folder, None, "is not a folder. Put your documents into one and set SEEDS_DIR to it.")
    catalogue = read_catalogue(folder)
    files, problems = find_files(folder)
    documents = []
    for file in files:
        try:
            if file.path.suffix.lower() in SUFFIXES:
                documents.append(read_document(file.path, file.id, catalogue))
        except CorpusError as problem:
            problems.append(problem)
    problems += _instructions(folder, documents)
    problems += [*_misplaced(folder, catalogue, documents), *_passed_over(files)]
    if not documents:
        problems.append(CorpusError(folder, None, "holds no document that could be read. Put .txt or .md files into it."))
    return Corpus(tuple(documents), tuple(_all_passages(documents)), (*catalogue.problems, *problems), catalogue.problems)


def _misplaced(folder: Path, catalogue: Catalogue, documents: Sequence[Document]) -> Iterator[CorpusError]:
    """What corpus.toml says of documents, or of lines in them, that are not there."""
    begun = {document.id: {block.line for block in document.blocks} for document in documents}
    for name, entry in catalogue.entries.items():
        if not (folder / name).is_file():
            yield CorpusError(folder / FILE_NAME, catalogue.line_of(name), f"describes {name}, which is not there")
        for line, keys in _lines_named(entry) if name in begun else ():
            if line not in begun[name]:
                reason = f"{name}: {keys[0]}: no paragraph begins at line {line}"
                yield CorpusError(folder / FILE_NAME, catalogue.line_of(name, *keys), reason)


def _lines_named(entry: Entry) -> Iterator[tuple[int, tuple[str, str]]]:
    for line in entry.kinds:
        yield line, ("kinds", str(line))
    for number, correction in enumerate(entry.corrections):
        for line in (correction.line, *correction.supersedes):
            yield line, ("corrections", str(number))


def read_document(path: Path, document_id: str, catalogue: Catalogue) -> Document:
    """One file as a Document. Raises CorpusError where it cannot be read, is not UTF-8 or has nothing to cite."""
    entry = catalogue.entries.get(document_id)
    text = _decode(path)
    blocks = read_blocks(text, entry.kinds if entry else None)
    if not any(block.kind in CITABLE for block in blocks):
        raise CorpusError(path, None, "has no text that could be cited, and is left out")
    facts = describe(text, blocks, entry)
    return Document(
        id=document_id, text=text, title=facts.title, publisher=facts.publisher, author=facts.author, published=facts.published,
        language=facts.language, first_person=facts.first_person, blocks=blocks, corrections=facts.corrections, names=catalogue.names,
    )  # fmt: skip


def _instructions(folder: Path, documents: Sequence[Document]) -> Iterator[CorpusError]:
    for document in documents:
        for block in document.blocks:
            if block.kind is Kind.INSTRUCTION:
                yield CorpusError(folder / document.id, block.line, "gives orders to a language model, and is never cited")


def _passed_over(files: Sequence[FoundFile]) -> Iterator[CorpusError]:
    """Files that look like documents and are none that can be read: whoever put them there should know."""
    for file in files:
        if file.path.suffix.lower() in _OTHER_DOCUMENTS:
            yield CorpusError(file.path, None, "is of a kind that cannot be read yet, and is left out. Please save it as .txt or .md.")


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CorpusError(path, None, f"cannot be read ({error.strerror}), and is left out") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CorpusError(path, line, "is not UTF-8, and is left out. Please save it as UTF-8.") from None


def _all_passages(documents: Sequence[Document]) -> Iterator[Passage]:
    for number, document in enumerate(documents):
        yield from passages_of(document, f"{number:03d}")


def passages_of(document: Document, prefix: str) -> Iterator[Passage]:
    """A document's citable blocks, in order, with what each stands under. Ids are `PREFIX-LINE`, and `PREFIX-LINE.N` where one is cut."""
    heading: str | None = None
    lead_in: Span | None = None
    for block in document.blocks:
        if block.kind not in CITABLE:
            continue
        start = block.start + content_start(document.text[block.start : block.end])
        if block.kind is Kind.HEADING:
            heading, lead_in = document.text[start : block.end], None
        for number, sentences in enumerate(_portions(document.text, start, block.end)):
            yield Passage(
                id=f"{prefix}-{block.line}" + (f".{number + 1}" if number else ""),
                document=document, start=sentences[0].start, end=sentences[-1].end, kind=block.kind, line=block.line,
                sentences=sentences, heading=None if block.kind is Kind.HEADING else heading,
                lead_in=lead_in if block.kind is Kind.LIST_ITEM else None,
            )  # fmt: skip
        if block.kind is Kind.BODY:
            lead_in = _last_sentence(document.text, block)


def _last_sentence(text: str, block: Block) -> Span:
    """What introduces a list is the end of the paragraph above it."""
    return split_sentences(text, block.start + content_start(text[block.start : block.end]), block.end)[-1]


def _portions(text: str, start: int, end: int) -> list[tuple[Span, ...]]:
    """The sentences of a block, in groups that are not longer than a passage may be."""
    groups: list[list[Span]] = [[]]
    for sentence in split_sentences(text, start, end):
        for piece in _pieces(text, sentence):
            if groups[-1] and piece.end - groups[-1][0].start > LONGEST_PASSAGE:
                groups.append([])
            groups[-1].append(piece)
    return [tuple(group) for group in groups if group]


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    """A sentence longer than a passage may be, as a table without full stops is, cut at white space."""
    start = sentence.start
    while sentence.end - start > LONGEST_PASSAGE:
        cut = max(text.rfind(" ", start, start + LONGEST_PASSAGE), text.rfind("\n", start, start + LONGEST_PASSAGE))
        cut = cut if cut > start else start + LONGEST_PASSAGE
        yield Span(start, start + len(text[start:cut].rstrip()))
        start = _visible_from(text, cut)
    yield Span(start, sentence.end)


def _visible_from(text: str, start: int) -> int:
    found = re.compile(r"\S").search(text, start)
    return found.start() if found else len(text)
