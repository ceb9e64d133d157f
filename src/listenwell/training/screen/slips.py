"""Works out which words near to those of danger are words of their own, and no slips.

`python -m listenwell.training.screen.slips --data-dir /path/to/corpora` writes `safety/slips.json`, after the
words in `safety/slips.py` changed. Known is what the screen's network has a sign for, what rules speak of,
and what harmless texts say more than once, but for the slips named here.
"""

import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from listenwell.core.types import RiskLevel
from listenwell.safety import slips
from listenwell.safety.readings import unaccented
from listenwell.training.screen.texts import collect

PATH = Path(slips.__file__).parent / "slips.json"
_WORD = re.compile(r"[a-zа-я]+")
_APOSTROPHES = str.maketrans("", "", "'’")
_OFTEN = 2
_SLIPS = frozenset(
    re.findall(
        r"\S+",
        "ahve hav gona evryone nobdy tonigt killt waan wantd takin thinkin goign gnna "
        "hagn wihtout endin comit commiting drwn sucide lyf unlive thoght jumpd "
        "suiside suissidio suisidio suicidee kero qro evrione nobudy overdoes tonihgt "
        "withot goodby hng hve tke ",
    )
)
"""Slips that people make often."""
_OF_THEIR_OWN = frozenset(
    re.findall(
        r"\S+",
        "убит halve biber hinged cunning thinning subside subsidio overdoing poissons "
        "biere bier bibi vivi viree dye dyed lye tack diced dipped cussing curing "
        "waists sloping panning plating tanning quizzing sheeting droning lieben "
        "weben geben heben leiden lebend streben starben sterbend felling felting lifer liver rife "
        "killo kilos kilo kiln goon tacked livings levee vire vipere morida morira "
        "pendue pendle taquin taquine libbre lebe lebt lebst deed dyad deaf dearth "
        "livid alib hinge hank tinge dong toke take tako sht plis pilz shatting "
        "sleeting steping lleven vibre сдохнет matame dadd ammas amaso aguenta "
        "aguente colgarle pastilhas самоубийства самоубийствах суициде большие повешу "
        "selbstmorde strangler suicidare suicidarse nobodyd tomorrows suizide "
        "suiziden huang jump gump ",
    )
)
"""Rare words and names that are words of their own."""


def near_words(data: Path | None) -> list[str]:
    """Return the words near to those of danger that are known, in order."""
    said = Counter(
        word
        for example in collect(data)
        if example.highest <= RiskLevel.LOW
        for word in set(_WORD.findall(_bare(example.text)))
    )
    known = {word for word, times in said.items() if times >= _OFTEN}
    known |= _of_the_network() | _of_rules() | _OF_THEIR_OWN
    return sorted(word for word in known - _SLIPS if slips.nearest(word) not in (None, word))


def _bare(text: str) -> str:
    """Return a text without accents and apostrophes; `normalise` would mend its slips."""
    return unaccented(text.casefold()).translate(_APOSTROPHES)


def _of_the_network() -> set[str]:
    path = files("listenwell.safety").joinpath("network/encoder-tokenizer.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    return set(content["model"]["vocab"])


def _of_rules() -> set[str]:
    folder = files("listenwell.safety").joinpath("rules")
    texts = [
        one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".yaml")
    ]
    return {word for text in texts for word in _WORD.findall(text)}


def main(
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
    ] = None,
) -> None:
    """Write the words."""
    found = near_words(data_dir)
    PATH.write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
