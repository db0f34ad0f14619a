"""Reads a page's markup: its elements with their attributes, and the texts in them."""

from html.parser import HTMLParser

_EMPTY = {"meta", "img", "br", "link"}


class Element:
    """An element of a page; `text` is all the text in it."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""

    def all(self, name: str) -> list["Element"]:
        """The elements of that name within it, in order."""
        found = [self] if self.name == name else []
        return found + [each for child in self.children for each in child.all(name)]

    def with_attribute(self, name: str) -> list["Element"]:
        """The elements within it that have an attribute."""
        found = [self] if name in self.attributes else []
        return found + [each for child in self.children for each in child.with_attribute(name)]

    def rows(self) -> list[list[str]]:
        """The texts of a table's cells, headings left out."""
        return [[cell.text for cell in row.all("td")] for row in self.all("tr")[1:]]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def read(html: str) -> Element:
    """The page; AssertionError where an end tag does not close what is open."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1
    return reader.open[0]
