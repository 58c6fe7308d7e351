"""A web page's article: its frame of menus, forms and links away, its headings, paragraphs, lists and tables as text."""

import re
from collections.abc import Iterator
from typing import Any

import lxml.etree
import lxml.html

from bot.corpus.formats.decoding import decode
from bot.corpus.formats.extracted import Extracted, Notice, Stated, Unreadable
from bot.corpus.formats.marks import heading, item, joined, one_line, row
from bot.corpus.formats.plain import day_in

Element = Any  # lxml has no types of its own

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_UNSEEN = (
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video", "form", "button",
    "input", "select", "textarea", "nav", "footer", "aside", "dialog", "menu", "figcaption", "head",
)  # fmt: skip
_FRAME_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "form"})
# Words in `class` and `id` that name a part of the frame.
_FRAME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|breadcrumbs?|cookies?|consent|gdpr|newsletter|subscri(?:be|ption)|sharing|share|social"
    r"|related|recommend(?:ed|ations)?|comments?|disqus|sidebar|advert(?:s|isement|ising)?|ads?|promo|sponsor(?:ed)?|popup|modal|skip"
    r"|pagination|pager|footer|toolbar|masthead|login|signup)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE)
_BLOCKS = frozenset(
    """
    address article blockquote body center dd details div dl dt fieldset figure h1 h2 h3 h4 h5 h6 header hgroup hr html li main ol p pre
    section summary table tbody td tfoot th thead tr ul
    """.split()
)
MOST_OF_IT = 0.5  # of a page's words: a part that holds more is the article, whatever it is called
LINKS = 0.6  # of a part's words: more of them in links is a menu


def extract_html(raw: bytes) -> Extracted:
    """A page. Raises Unreadable."""
    text, notices = _decode(raw)
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise Unreadable(f"cannot be read as HTML ({type(error).__name__}), and is left out") from None
    stated = _stated(tree)
    _remove_frame(tree)
    root = _article(tree)
    return Extracted(joined(_paragraphs(root)), stated=stated, notices=notices)


def _decode(raw: bytes) -> tuple[str, tuple[Notice, ...]]:
    """By its byte order mark, by what the page says it is, or as any other file."""
    declared = _CHARSET.search(raw[:4096])
    if declared and not raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared.group(1).decode("ascii")
        try:
            # What calls itself Latin-1 or GB 2312 is read as the larger sets that browsers take for them (the WHATWG Encoding Standard).
            return raw.decode({"iso-8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}.get(name.lower(), name)), ()
        except (LookupError, UnicodeDecodeError):
            pass
    text, notices = decode(raw)
    return text.removeprefix("\ufeff"), notices


def _stated(tree: Element) -> Stated:
    """What the page's head says; its own title only where it names none for sharing, cut before the site's name."""
    said: dict[str, str] = {}
    for found in tree.iterfind(".//meta"):
        name = found.get("property") or found.get("name") or found.get("itemprop") or ""
        said.setdefault(name.lower(), one_line(found.get("content") or ""))

    def meta(*names: str) -> str | None:
        return next((said[name] for name in names if said.get(name)), None)

    site = meta("og:site_name", "publisher", "dc.publisher", "citation_publisher")
    date = meta("article:published_time", "datepublished", "date", "dc.date", "dcterms.date", "citation_publication_date", "pubdate")
    return Stated(
        title=meta("og:title", "dc.title", "citation_title") or _own_title(tree, site),
        publisher=site,
        author=_name(meta("author", "dc.creator", "citation_author", "article:author")),
        published=day_in(date) if date else None,
        language=(tree.get("lang") or "").split("-")[0].lower() or None,
        where="the page's head",
    )


def _own_title(tree: Element, site: str | None) -> str | None:
    headings = [one_line(found.text_content()) for found in tree.iterfind(".//h1")]
    if len(headings) == 1 and headings[0]:
        return headings[0]
    title = tree.findtext(".//title")
    words = one_line(title) if title else ""
    return re.sub(rf"\s+[|–—·-]\s+{re.escape(site)}$", "", words) if site else words or None


def _name(author: str | None) -> str | None:
    return None if author is None or author.startswith(("http://", "https://", "@")) else author


def _remove_frame(tree: Element) -> None:
    whole = len(_words(tree))
    for element in [*tree.iter(*_UNSEEN)]:
        _drop(element)
    for element in [e for e in tree.iter() if isinstance(e.tag, str)]:
        if _is_hidden(element) or (_is_frame(element) and len(_words(element)) <= MOST_OF_IT * whole):
            _drop(element)


def _drop(element: Element) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") is not None or element.get("aria-hidden") == "true" or bool(_HIDDEN.search(element.get("style") or ""))


def _is_frame(element: Element) -> bool:
    if element.tag in {"html", "body", "main", "article"}:
        return False
    if (element.get("role") or "").lower() in _FRAME_ROLES:
        return True
    if element.tag == "header" and not any(above.tag in {"article", "main"} for above in element.iterancestors()):
        return element.find(".//h1") is None
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_FRAME_NAMES.search(names)) or _is_menu(element)


def _is_menu(element: Element) -> bool:
    """Three links or more that are most of what it says. A sentence with links in it is none."""
    if element.tag not in {"ul", "ol", "div", "section", "table", "dl", "p", "span"}:
        return False
    links = element.findall(".//a")
    return len(links) >= 3 and sum(len(_words(link)) for link in links) > LINKS * len(_words(element))


def _words(element: Element) -> str:
    return one_line(element.text_content()) if isinstance(element.tag, str) else ""


def _article(tree: Element) -> Element:
    for path in (".//article", ".//main", ".//*[@role='main']", ".//*[@itemprop='articleBody']"):
        found = tree.findall(path)
        if len(found) == 1 and _words(found[0]):
            return found[0]
    body = tree.find(".//body")
    return tree if body is None else body


def _paragraphs(element: Element) -> Iterator[str]:
    """An element's blocks in order; loose words between blocks are paragraphs of their own."""
    tag = element.tag
    if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        yield heading(element.text_content(), int(tag[1]))
    elif tag == "tr":
        yield row(_inline(cell) for cell in element if cell.tag in {"td", "th"})
    elif tag == "li":
        yield from _item(element)
    elif tag == "pre":
        yield element.text_content().strip("\n")
    else:
        yield from _mixed(element)


def _item(element: Element) -> Iterator[str]:
    """An item's own words, then the lists within it."""
    first, *rest = [part for part in _mixed(element) if part] or [""]
    yield first if first.startswith("- ") else item(first)
    yield from rest


def _mixed(element: Element) -> Iterator[str]:
    loose = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            loose.append(child.tail or "")
        elif child.tag in _BLOCKS or any(True for _ in child.iterdescendants(*_BLOCKS)):
            yield one_line("".join(loose))
            yield from _paragraphs(child)
            loose = [child.tail or ""]
        elif child.tag == "br":
            yield from _broken(loose, child)
        else:
            loose.append(_inline(child) + (child.tail or ""))
    yield one_line("".join(loose))


def _broken(loose: list[str], br: Element) -> Iterator[str]:
    """Two line breaks are a paragraph's end, one is a blank."""
    following = br.getnext()
    is_double = following is not None and following.tag == "br" and not (br.tail or "").strip()
    if is_double:
        yield one_line("".join(loose))
        loose.clear()
    loose.append(" " + (br.tail or ""))


def _inline(element: Element) -> str:
    """An element's words; a line break is a blank."""
    for br in element.iter("br"):
        br.tail = " " + (br.tail or "")
    return str(element.text_content())
