"""One page about the project's own corpus: counts as pictures, and what the checks found."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from statistics import fmean

from listenwell.corpora.own import Pair, Row
from listenwell.corpora.quality import Fault, opening, replies

BAR, LABEL, LINE = 400, 220, 22

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>The Listenwell corpus</title>
<style>
:root {{ color-scheme: light dark; --ink: #1f2a2a; --paper: #fbfaf7; --bar: #3d6b66; }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #e6e9e6; --paper: #182020; --bar: #8fc1b9; }} }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: var(--ink); background: var(--paper); }}
svg {{ max-width: 100%; height: auto; }} svg text {{ font: 13px system-ui, sans-serif; fill: var(--ink); }}
rect {{ fill: var(--bar); }} table {{ border-collapse: collapse; }}
td, th {{ padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }}
</style>
<h1>The Listenwell corpus</h1>
{body}
</html>
"""


def render_report(rows: Sequence[Row], pairs: Sequence[Pair], faults: Sequence[Fault]) -> str:
    """Return the whole page as HTML; it loads nothing from anywhere."""
    said = [text for _, text in replies(rows, pairs)]
    users = [turn for row in rows for turn in row.turns if turn.role == "user"]
    listeners = [turn for row in rows for turn in row.turns if turn.role == "assistant"]
    body = "\n".join([
        _overview(rows, pairs, said),
        _bars("Emotion of each user turn", Counter(str(t.emotion) for t in users)),
        _bars("Strategy of each reply", Counter(str(t.strategy) for t in listeners)),
        _bars("Topic", Counter(item.topic for item in (*rows, *pairs))),
        _bars("Register", Counter(item.register_ for item in (*rows, *pairs))),
        _bars("Age", Counter(f"{item.age // 10 * 10}s" for item in (*rows, *pairs)), by_name=True),
        _bars("Words in a reply", Counter(_bin(text) for text in said), by_name=True),
        _bars("Fault of the poor reply", Counter(pair.fault for pair in pairs)),
        _bars("Most used openings", Counter(map(opening, said)), top=15),
        _bars("Items by situation", Counter(item.situation for item in (*rows, *pairs))),
        _faults(faults),
    ])  # fmt: skip
    return _PAGE.format(body=body)


def _overview(rows: Sequence[Row], pairs: Sequence[Pair], said: Sequence[str]) -> str:
    talks = sum(len(row.turns) > 2 for row in rows)
    facts = {
        "conversations": talks,
        "single exchanges": len(rows) - talks,
        "pairs of a good and a poor reply": len(pairs),
        "good replies": len(said),
        "mean words in a reply": round(fmean(len(text.split()) for text in said), 1),
        "replies that ask something": f"{fmean('?' in text for text in said):.0%}",
        "situations": len({item.situation for item in (*rows, *pairs)}),
        "train / valid / test items": " / ".join(
            str(sum(item.split == split for item in (*rows, *pairs)))
            for split in ("train", "valid", "test")
        ),
    }
    cells = "".join(f"<tr><th>{name}<td>{value}" for name, value in facts.items())
    return f"<table>{cells}</table>"


def _bin(text: str) -> str:
    low = len(text.split()) // 5 * 5
    return f"{low:02d} to {low + 4:02d}"


def _bars(
    title: str, counts: Counter[str], *, by_name: bool = False, top: int | None = None
) -> str:
    items: Iterable[tuple[str, int]] = counts.most_common(top)
    if by_name:
        items = sorted(counts.items())
    items = list(items)
    most = max((count for _, count in items), default=1)
    lines = []
    for index, (name, count) in enumerate(items):
        y = index * LINE
        lines.append(
            f'<text x="{LABEL - 8}" y="{y + 15}" text-anchor="end">{escape(name[:32])}</text>'
            f'<rect x="{LABEL}" y="{y + 3}" width="{BAR * count / most:.0f}" height="15" rx="2"/>'
            f'<text x="{LABEL + BAR * count / most + 6:.0f}" y="{y + 15}">{count}</text>'
        )
    height = max(LINE, len(lines) * LINE)
    return (
        f"<h2>{escape(title)}</h2>"
        f'<svg viewBox="0 0 {LABEL + BAR + 50} {height}" role="img" aria-label="{escape(title)}">'
        f"{''.join(lines)}</svg>"
    )


def _faults(faults: Sequence[Fault]) -> str:
    if not faults:
        return "<h2>Checks</h2><p>Every check passes.</p>"
    cells = "".join(
        f"<tr><td>{escape(f.check)}<td>{escape(f.where)}<td>{escape(f.detail)}" for f in faults
    )
    return f"<h2>Checks</h2><table><tr><th>check<th>where<th>what{cells}</table>"
