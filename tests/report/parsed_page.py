"""A page as a browser sees it."""

from __future__ import annotations

from html.parser import HTMLParser

_LOADING = {"src", "href", "srcset", "action", "data", "xlink:href"}


class Page(HTMLParser):
    """Tags with attributes, the text of every script, and all other text but that of styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._texts: list[str] = []
        self.feed(text)
        self.text = " ".join(" ".join(self._texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        within = self.tags[-1][0] if self.tags else ""
        if within == "script":
            self.scripts[-1] += data
        elif within != "style":
            self._texts.append(data)

    def links(self) -> list[str | None]:
        return [attrs["href"] for tag, attrs in self.tags if tag == "a" and "href" in attrs]

    def addresses(self) -> list[str | None]:
        """Whatever a browser might load."""
        return [
            value for _, attrs in self.tags for name, value in attrs.items() if name in _LOADING
        ]
