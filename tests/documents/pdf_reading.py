"""Reads what a PDF says and how it is tagged, as far as the tests look at it, with pikepdf alone."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pikepdf

SHOWING = {"Tj", "TJ", "'", '"'}
PAINTING = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI"}
MAPPED = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n")
ARTIFACT = "/Artifact"


@dataclass(frozen=True, slots=True)
class Shown:
    """Text that one operator shows, or an empty one that paints, with the tag around it and the font.

    `mark` is the number of the marked content, None in an artifact and where nothing is marked.
    """

    text: str
    tag: str | None
    mark: int | None
    font: str = ""


def squeezed(text: str) -> str:
    """Return a text without white space and without hyphens at the ends of lines, to look for it in a PDF."""
    return re.sub(r"\s|\u00ad", "", text)


class ReadPdf:
    """A PDF, read."""

    def __init__(self, content: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(content))

    @cached_property
    def pages(self) -> list[list[Shown]]:
        """What each page shows and paints, in the order of drawing."""
        return [list(_shown(page)) for page in self.pdf.pages]

    @cached_property
    def page_texts(self) -> list[str]:
        """All text of each page, squeezed."""
        return [squeezed("".join(shown.text for shown in page)) for page in self.pages]

    @cached_property
    def text(self) -> str:
        """The text of all pages that is not an artifact, squeezed."""
        return squeezed("".join(shown.text for page in self.pages for shown in page if shown.tag != ARTIFACT))

    @cached_property
    def elements(self) -> list[pikepdf.Dictionary]:
        """All structure elements in the order of reading."""
        return list(_elements(self.pdf.Root.StructTreeRoot.K))

    def of_kind(self, *kinds: str) -> list[pikepdf.Dictionary]:
        """Return the structure elements of these types, such as `/TH`."""
        return [element for element in self.elements if str(element.S) in kinds]

    @cached_property
    def referenced(self) -> set[tuple[int, int]]:
        """The number of the page and of the marked content of everything that is in the structure."""
        return {mark for element in self.elements for mark in self._marks_of(element)}

    def shown_in(self, element: pikepdf.Dictionary) -> list[Shown]:
        """Return what is shown inside a structure element."""
        return [
            shown
            for page, mark in self._marks_of(element)
            for shown in self.pages[page]
            if shown.mark == mark
        ]

    def text_of(self, element: pikepdf.Dictionary) -> str:
        """Return the text inside a structure element, squeezed."""
        return squeezed("".join(shown.text for shown in self.shown_in(element)))

    def _marks_of(self, element: pikepdf.Dictionary) -> Iterator[tuple[int, int]]:
        numbers = {page.objgen: number for number, page in enumerate(self.pdf.pages)}
        for page, mark in _marks(element.K, element.get("/Pg")):
            yield numbers[page.objgen], mark

    def attribute(self, element: pikepdf.Dictionary, name: str) -> object:
        """Return an attribute of a structure element, None if it has none of that name."""
        attributes = element.get("/A", pikepdf.Array())
        all_of_them = [attributes] if isinstance(attributes, pikepdf.Dictionary) else attributes
        return next((each[name] for each in all_of_them if name in each), None)

    def metadata(self, name: str) -> object:
        """Return what the XMP metadata say."""
        return self.pdf.open_metadata()[name]

    def bookmarks(self) -> list[tuple[int, str]]:
        """Return the depth and the title of all bookmarks."""
        with self.pdf.open_outline() as outline:
            return list(_bookmarks(outline.root, 1))


def _bookmarks(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, str]]:
    for item in items:
        yield depth, item.title
        yield from _bookmarks(item.children, depth + 1)


def _elements(kids: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            if "/S" in kid:
                yield kid
            if "/K" in kid:
                yield from _elements(kid.K)


def _marks(kids: pikepdf.Object, page: pikepdf.Object | None) -> Iterator[tuple[pikepdf.Object, int]]:
    """Yield the page and number of all marked content under a structure element."""
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            assert page is not None
            yield page, kid
        elif isinstance(kid, pikepdf.Dictionary):
            within = kid.get("/Pg", page)
            if "/MCID" in kid:
                yield within, int(kid.MCID)
            elif "/K" in kid:
                yield from _marks(kid.K, within)


def _shown(content: pikepdf.Page | pikepdf.Object, outside: Shown | None = None) -> Iterator[Shown]:
    """Yield what a content stream and the forms in it show; `outside` is what a form stands in."""
    resources = content.get("/Resources", pikepdf.Dictionary())
    maps = {name: _characters(font) for name, font in resources.get("/Font", {}).items()}
    stack = [outside or Shown("", None, None)]
    font = ""
    for operands, operator in pikepdf.parse_content_stream(content):
        here = stack[-1]
        match str(operator):
            case "BDC" | "BMC":
                stack.append(_inside(here, operands))
            case "EMC":
                stack.pop()
            case "Tf":
                font = str(operands[0])
            case name if name in SHOWING:
                family = str(resources.Font[font].BaseFont)
                yield Shown(_decoded(operands, maps[font]), here.tag, here.mark, family)
            case "Do" if resources.XObject[str(operands[0])].Subtype == "/Form":
                yield from _shown(resources.XObject[str(operands[0])], here)
            case name if name in PAINTING:
                yield Shown("", here.tag, here.mark)
            case _:
                pass


def _inside(here: Shown, operands: list[pikepdf.Object]) -> Shown:
    """Return what marked content is: an artifact stays one, and what has no number belongs to its parent."""
    properties = operands[1] if len(operands) > 1 else {}
    mark = properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None
    tag = str(operands[0])
    if here.tag == ARTIFACT or (mark is None and tag != ARTIFACT):
        return here
    return Shown("", tag, None if mark is None else int(mark))


def _decoded(operands: list[pikepdf.Object], characters: dict[int, str]) -> str:
    """Return the characters that an operator shows; each glyph has a code of two bytes."""
    parts = operands[0] if isinstance(operands[0], pikepdf.Array) else operands[:1]
    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    pairs = zip(codes[::2], codes[1::2], strict=True)
    return "".join(characters[high << 8 | low] for high, low in pairs)


def _characters(font: pikepdf.Object) -> dict[int, str]:
    """Return the characters of a font by code, from its ToUnicode map, which lists every code by itself."""
    return {
        int(code, 16): bytes.fromhex(characters.decode()).decode("utf-16-be")
        for block in re.findall(rb"beginbfchar\n(.*?)endbfchar", font.ToUnicode.read_bytes(), re.DOTALL)
        for code, characters in MAPPED.findall(block)
    }
