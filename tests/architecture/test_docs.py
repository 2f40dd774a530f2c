"""The documentation describes what is: links lead somewhere, the contract is the code's, both READMEs are one."""

import re
from pathlib import Path

import pytest

from logistics.kernel.delivery_states import as_markdown
from tests.architecture.house import ROOT

PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def broken_links(path: Path, text: str) -> list[str]:
    """List links of a page to files that are not there."""
    return [link for link in _LINK.findall(text) if not (path.parent / link).exists()]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    assert broken_links(path, path.read_text(encoding="utf-8")) == []


def test_a_broken_link_is_found() -> None:
    assert broken_links(ROOT / "README.md", "[x](docs/nothing.md) [y](LICENSE)") == ["docs/nothing.md"]


def test_states_and_steps_are_printed_as_the_code_has_them() -> None:
    assert as_markdown() in (ROOT / "docs" / "delivery-states.md").read_text(encoding="utf-8")


def test_both_readmes_walk_the_same_way() -> None:
    walks = []
    for name in ("README.md", "README.zh-CN.md"):
        (walk,) = re.findall(r"<!-- walk -->\n```sh\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
        walks.append([line for line in walk.splitlines() if not line.startswith("#")])
    assert walks[0] == walks[1]


def test_the_api_page_names_every_resource() -> None:
    from api.urls import urlpatterns

    page = (ROOT / "docs" / "api" / "README.md").read_text(encoding="utf-8")
    resources = {str(entry.pattern).split("/")[1] for entry in urlpatterns if str(entry.pattern).startswith("v1/")}
    assert len(resources) > 15
    assert {name for name in resources if f"/{name}" not in page and name != "openapi.json"} == set()
