"""One chart, drawn here: bars by programme. It needs no script and works on paper."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from logistics.ledgers.figures import ProgrammeFigures

# On a telephone the letters are twice as big: names stand above their bars, so that none is too long.
WIDTH, ROW, BAR, NUMBER, LEGEND = 640, 62, 20, 70, 210


class _Bar(NamedTuple):
    kind: str
    words: str
    value: int


def parcels_chart(figures: Sequence[ProgrammeFigures], names: Sequence[str]) -> SafeString:
    """Draw the parcels of each programme: delivered, under way and of those late."""
    rows = [(name, _bars(row)) for name, row in zip(names, figures, strict=True)]
    most = max((sum(bar.value for bar in bars) for _, bars in rows), default=0) or 1
    height = ROW * len(rows) + 40
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="chart-title chart-text">'
        '<title id="chart-title">{}</title><desc id="chart-text">{}</desc>{}{}</svg>',
        WIDTH,
        height,
        _("Parcels by programme"),
        "; ".join(f"{name}: {', '.join(f'{bar.words} {bar.value}' for bar in bars)}" for name, bars in rows),
        format_html_join("", "{}", ((_row(name, bars, place, most),) for place, (name, bars) in enumerate(rows))),
        _legend(_bars(None), height - 10),
    )


def _bars(row: ProgrammeFigures | None) -> list[_Bar]:
    late = row.late if row else 0
    return [
        _Bar("delivered", _("Delivered"), row.delivered if row else 0),
        _Bar("under-way", _("Under way"), (row.under_way if row else 0) - late),
        _Bar("late", _("Late"), late),
    ]


def _row(name: str, bars: Sequence[_Bar], place: int, most: int) -> SafeString:
    scale = (WIDTH - NUMBER) / most
    base, left = place * ROW + 24, 0.0
    drawn = []
    for bar in bars:
        width = bar.value * scale
        drawn.append(("bar " + bar.kind, f"{left:.1f}", base + 8, f"{width:.1f}", BAR))
        left += width
    return format_html(
        '<text x="0" y="{}">{}</text>{}<text class="number" x="{}" y="{}">{}</text>',
        base,
        name,
        format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="3"></rect>', drawn),
        f"{left + 6:.1f}",
        base + 8 + BAR - 2,
        sum(bar.value for bar in bars),
    )


def _legend(bars: Sequence[_Bar], base: int) -> SafeString:
    places = [(f"bar {bar.kind}", LEGEND * number, base - 16, bar.words) for number, bar in enumerate(bars)]
    return format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="16" height="16" rx="3"></rect><text x="{}" y="{}">{}</text>',
        ((kind, left, top, left + 24, base, words) for kind, left, top, words in places),
    )
