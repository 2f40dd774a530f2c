"""The page that an auditor reads first."""

from pathlib import Path

from logistics.press.bundles.bundle import Bundle

_FOLDER = Path(__file__).parent


def readme(bundle: Bundle, language: str) -> str:
    """Write the page in `zh` or `en`."""
    asked, organisation = bundle.asked, bundle.asked.organisation
    text = (_FOLDER / f"README.{language}.md").read_text(encoding="utf-8")
    return text.format(
        name=organisation.name_zh if language == "zh" else organisation.name_en or organisation.name_zh,
        first=asked.from_on.isoformat(),
        last=asked.until.isoformat(),
        known_at=bundle.known_at.isoformat(),
        size=bundle.checkpoint.size,
        seed=asked.seed or "—",
        origin=bundle.checkpoint.note.split("\n")[0],
    )
