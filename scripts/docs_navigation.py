"""Order the documentation's parts, each page under the folder it lies in.

MkDocs calls `on_config`. A page needs no entry anywhere: it is found by its folder.
Within a folder `index.md` comes first, then pages by file name, then folders.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

PARTS = {
    "tutorial": "Tutorial",
    "how-to": "How-to guides",
    "reference": "Reference",
    "explanation": "Explanation",
    "decisions": "Decisions",
}


def on_config(config: "MkDocsConfig") -> "MkDocsConfig":
    """Set the navigation from the folders."""
    docs = Path(config.docs_dir)
    parts = [{title: pages_in(docs / name, docs)} for name, title in PARTS.items()]
    config.nav = [{"Quasimarket": "index.md"}, *parts]
    return config


def pages_in(folder: Path, docs: Path) -> list[Any]:
    """List a folder's pages and folders as MkDocs navigation entries."""
    pages = sorted(
        folder.glob("*.md"), key=lambda page: (page.name != "index.md", page.name)
    )
    folders = sorted(inner for inner in folder.iterdir() if any(inner.glob("*.md")))
    return [
        *(page.relative_to(docs).as_posix() for page in pages),
        *(
            {inner.name.replace("-", " ").capitalize(): pages_in(inner, docs)}
            for inner in folders
        ),
    ]
