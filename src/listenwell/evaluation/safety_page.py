"""The page that shows how a screen did on the safety set: one file, light and dark, no scripts."""

from collections.abc import Iterator
from html import escape

from listenwell.evaluation.safety import Report, Share

MOST_WRONG = 400
"""How many misses and false alarms are listed."""
_STYLE = """
:root{color-scheme:light dark;--line:#8885;--good:#2a7d4f;--bad:#b3402e}
@media (prefers-color-scheme:dark){:root{--good:#6fce98;--bad:#ff9c8a}}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border-bottom:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}small{opacity:.75}
"""


def page(report: Report, version: str) -> str:
    """Return the page as HTML."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Safety screen: {report.part}</title><style>{_STYLE}</style>"
        f"<h1>Safety screen on the {report.part} part</h1>"
        f"<p>Listenwell {escape(version)}. Recall: positives found at the level they need. Met: "
        "of those that need the crisis dialogue (high or imminent), how many it meets. False alarms: "
        "look-alikes called high or imminent. In brackets: Wilson's 95 % interval.</p>"
        f"{''.join(_sections(report))}</html>\n"
    )


def _sections(report: Report) -> Iterator[str]:
    yield "<h2>Messages by wording class</h2>" + _table(report, "group", "class")
    yield "<h2>Messages by language</h2>" + _table(report, "language", "language")
    rows = "".join(
        f"<tr><td>{escape(course)}</td>{_cell(report.recall(talk=True, group=course))}"
        f"{_cell(report.met(talk=True, group=course))}"
        f"{_cell(report.alarms(talk=True, group=course))}{_cell(report.talks_right(course))}</tr>"
        for course in report.values("group", talk=True)
    )
    yield (
        "<h2>Conversations</h2><table><tr><th>course</th><th>turns found</th><th>turns met</th>"
        f"<th>turns falsely grave</th><th>talks right at every turn</th></tr>{rows}</table>"
    )
    wrong = report.wrong()
    rows = "".join(
        f'<tr><td><small>{escape(o.id)}</small></td><td class="{"bad" if o.missed else ""}">'
        f"{'missed' if o.missed else 'false alarm'}</td><td>{o.found.label}</td>"
        f"<td>{escape(o.text)}</td></tr>"
        for o in wrong[:MOST_WRONG]
    )
    yield (
        f"<h2>What went wrong ({len(wrong)})</h2><table><tr><th>id</th><th>how</th><th>found</th>"
        f"<th>words</th></tr>{rows}</table>"
    )


def _table(report: Report, name: str, title: str) -> str:
    rows = "".join(
        f"<tr><td>{escape(value)}</td>{_cells(report, **{name: value})}</tr>"
        for value in report.values(name, talk=False)
    )
    head = "".join(f"<th>{told}</th>" for told in (title, "recall", "met", "false alarms"))
    return f"<table><tr>{head}</tr>{rows}<tr><th>all</th>{_cells(report)}</tr></table>"


def _cells(report: Report, **where: str) -> str:
    shares = (kind(talk=False, **where) for kind in (report.recall, report.met, report.alarms))
    return "".join(map(_cell, shares))


def _cell(share: Share) -> str:
    if not share.n:
        return '<td class="n">–</td>'
    low, high = share.interval
    return f'<td class="n">{share.rate:.1%} <small>({low:.1%}–{high:.1%}) of {share.n}</small></td>'
