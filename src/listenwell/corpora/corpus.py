"""The corpora that are known by name: what they are, where they come from, who reads them."""

from dataclasses import dataclass

from listenwell.corpora.conversation import SPLITS, Split


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One file of a corpus.

    Attributes:
        names: Names it goes by in the corpus's folder, patterns allowed; the first found is read.
        split: The split that it holds, or None when the loader divides it.
    """

    names: tuple[str, ...]
    split: Split | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A public address to fetch from.

    Attributes:
        sha256: What the publisher's file is known to have; None where nobody published it, and
            then the digest of the first download is kept and compared with the next.
        members: For an archive, the files to take out of it: (name in the archive, name here).
    """

    url: str
    filename: str
    sha256: str | None = None
    members: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus, and all that is needed to find, fetch, read and credit it.

    Attributes:
        terms: What the licence means for a model trained on it.
        loader: "module:function", imported only when the corpus is read.
        folders: Names of its folder inside a data folder.
    """

    name: str
    title: str
    description: str
    licence: str
    terms: str
    language: str
    homepage: str
    citation: str
    loader: str
    folders: tuple[str, ...]
    files: tuple[CorpusFile, ...]
    sources: tuple[Source, ...] = ()
    aliases: tuple[str, ...] = ()


# To add a corpus: one value here, and a loader that `tests/contract/test_corpus_loaders.py` tries.
# A corpus that the package ships lies in a folder of its name beside this file and needs no source.
_ALL = (
    Corpus(
        name="listenwell",
        title="The Listenwell corpus",
        description="supportive talks, exchanges and good/poor pairs written for this project",
        licence="CC BY 4.0",
        terms="free to use with credit",
        language="en",
        homepage="src/listenwell/corpora/listenwell/README.md",
        citation="The Listenwell contributors 2026, The Listenwell corpus, version 0.1.0",
        loader="listenwell.corpora.own:load",
        folders=("listenwell",),
        files=tuple(
            CorpusFile((f"{kind}/{split}.jsonl",), split)
            for kind in ("conversations", "pairs")
            for split in SPLITS
        ),
    ),
    Corpus(
        name="empathetic_dialogues",
        title="EmpatheticDialogues",
        description="25,000 talks about a felt situation, each with one of 32 emotions",
        licence="CC BY-NC 4.0",
        terms="non-commercial",
        language="en",
        homepage="https://github.com/facebookresearch/EmpatheticDialogues",
        citation="Rashkin et al. 2019, Towards Empathetic Open-domain Conversation Models: a New "
        "Benchmark and Dataset, ACL, https://arxiv.org/abs/1811.00207",
        loader="listenwell.corpora.empathetic_dialogues:load",
        folders=("empathetic_dialogues", "empatheticdialogues", "EmpatheticDialogues"),
        files=(
            CorpusFile(("train.csv", "train.csv.gz"), "train"),
            CorpusFile(("valid.csv", "valid.csv.gz"), "valid"),
            CorpusFile(("test.csv", "test.csv.gz"), "test"),
        ),
        sources=(
            Source(
                "https://dl.fbaipublicfiles.com/parlai/empatheticdialogues/empatheticdialogues.tar.gz",
                "empatheticdialogues.tar.gz",
                # As ParlAI's parlai/tasks/empathetic_dialogues/build.py, version 1.0, has it.
                sha256="56f234d77b7dd1f005fd365bb17769cfe346c3c84295b69bc069c8ccb83be03d",
                members=tuple(
                    (f"empatheticdialogues/{name}.csv", f"{name}.csv")
                    for name in ("train", "valid", "test")
                ),
            ),
        ),
        aliases=("EmpatheticDialogues", "facebook/empathetic_dialogues"),
    ),
    Corpus(
        name="mental_health_counseling_conversations",
        title="Mental Health Counseling Conversations",
        description="questions to counselling sites and psychologists' answers",
        licence="RAIL-D (card; earlier OpenRAIL)",
        terms="use restrictions of the card",
        language="en",
        homepage="https://huggingface.co/datasets/Amod/mental_health_counseling_conversations",
        citation="Amod 2023, Mental Health Counseling Conversations, doi:10.57967/hf/1581",
        loader="listenwell.corpora.context_response:load",
        folders=("mental_health_counseling_conversations",),
        files=(CorpusFile(("train.csv", "train.csv.gz", "combined_dataset.json", "train.jsonl")),),
        sources=(
            Source(
                "https://huggingface.co/datasets/Amod/mental_health_counseling_conversations"
                "/resolve/main/combined_dataset.json",
                "combined_dataset.json",
            ),
        ),
        aliases=("Amod/mental_health_counseling_conversations",),
    ),
    Corpus(
        name="esconv",
        title="ESConv",
        description="emotional support talks, each reply with one of eight strategies",
        licence="CC BY-NC 4.0",
        terms="non-commercial, academic research",
        language="en",
        homepage="https://github.com/thu-coai/Emotional-Support-Conversation",
        citation="Liu et al. 2021, Towards Emotional Support Dialog Systems, ACL, "
        "https://arxiv.org/abs/2106.01144",
        loader="listenwell.corpora.esconv:load",
        folders=("esconv", "ESConv", "Emotional-Support-Conversation"),
        files=(CorpusFile(("esconv.json", "ESConv.json", "esconv.json.gz", "ESConv.json.gz")),),
        sources=(
            Source(
                "https://raw.githubusercontent.com/thu-coai/Emotional-Support-Conversation/main"
                "/ESConv.json",
                "ESConv.json",
            ),
        ),
        aliases=("thu-coai/esconv", "thu-coai/Emotional-Support-Conversation"),
    ),
    Corpus(
        name="psychology_10k",
        title="Psychology-10K",
        description="questions to a psychologist with answers that a language model wrote",
        licence="none stated",
        terms="ask the publisher before anything but study",
        language="en",
        homepage="https://huggingface.co/datasets/samhog/psychology-10k",
        citation="samhog 2023, Psychology-10K",
        loader="listenwell.corpora.alpaca:load",
        folders=("psychology_10k", "psychology-10k"),
        files=(CorpusFile(("Psychology-10K.json", "Psychology-10K.json.gz", "train.json")),),
        sources=(
            Source(
                "https://huggingface.co/datasets/samhog/psychology-10k"
                "/resolve/main/Psychology-10K.json",
                "Psychology-10K.json",
            ),
        ),
        aliases=("samhog/psychology-10k", "psychology-10k"),
    ),
    Corpus(
        name="failed_esconv",
        title="FailedESConv",
        description="support talks that did not help: examples of what not to do",
        licence="CC BY-NC 4.0",
        terms="non-commercial, academic research",
        language="en",
        homepage="https://github.com/thu-coai/Emotional-Support-Conversation",
        citation="Liu et al. 2021, Towards Emotional Support Dialog Systems, ACL, "
        "https://arxiv.org/abs/2106.01144",
        loader="listenwell.corpora.esconv:load",
        folders=("failed_esconv", "esconv", "ESConv", "Emotional-Support-Conversation"),
        files=(CorpusFile(("failed_esconv.json", "FailedESConv.json", "failed_esconv.json.gz")),),
        sources=(
            Source(
                "https://raw.githubusercontent.com/thu-coai/Emotional-Support-Conversation/main"
                "/FailedESConv.json",
                "FailedESConv.json",
            ),
        ),
        aliases=("FailedESConv",),
    ),
    Corpus(
        name="daily_dialog",
        title="DailyDialog",
        description="everyday talks from pages for learners of English",
        licence="CC BY-NC-SA 4.0",
        terms="non-commercial, share alike",
        language="en",
        homepage="http://yanran.li/dailydialog",
        citation="Li et al. 2017, DailyDialog: A Manually Labelled Multi-turn Dialogue Dataset, "
        "IJCNLP, https://arxiv.org/abs/1710.03957",
        loader="listenwell.corpora.chitchat:load",
        folders=("chitchat", "daily_dialog"),
        files=(
            CorpusFile(("dailydialog_train.jsonl", "dailydialog_train.jsonl.gz"), "train"),
            CorpusFile(("dailydialog_valid.jsonl", "dailydialog_valid.jsonl.gz"), "valid"),
        ),
        aliases=("DailyDialog", "li2017dailydialog/daily_dialog"),
    ),
    Corpus(
        name="self_dialogue",
        title="The Self-dialogue Corpus",
        description="talks about films, music and sport, one person writing both sides",
        licence="BSD-3-Clause",
        terms="free to use with its notice",
        language="en",
        homepage="https://github.com/jfainberg/self_dialogue_corpus",
        citation="Fainberg et al. 2018, Talking to myself: self-dialogues as data for "
        "conversational agents, https://arxiv.org/abs/1809.06641",
        loader="listenwell.corpora.chitchat:load",
        folders=("chitchat", "self_dialogue"),
        files=(CorpusFile(("self_dialogue.jsonl.gz", "self_dialogue.jsonl")),),
        aliases=("jfainberg/self_dialogue_corpus",),
    ),
    Corpus(
        name="taskmaster4",
        title="Taskmaster-4",
        description="coffee orders, one person writing both sides",
        licence="CC BY 4.0",
        terms="free to use with credit",
        language="en",
        homepage="https://github.com/google-research-datasets/Taskmaster",
        citation="Byrne, Ganesh 2024, Taskmaster-4",
        loader="listenwell.corpora.chitchat:load",
        folders=("chitchat", "taskmaster4"),
        files=(CorpusFile(("taskmaster4.jsonl.gz", "taskmaster4.jsonl")),),
        aliases=("Taskmaster-4", "TM-4-2024"),
    ),
    Corpus(
        name="sgd",
        title="Schema-Guided Dialogue",
        description="people and an assistant that books and looks things up",
        licence="CC BY-SA 4.0",
        terms="free to use with credit, share alike",
        language="en",
        homepage="https://github.com/google-research-datasets/dstc8-schema-guided-dialogue",
        citation="Rastogi et al. 2020, Towards Scalable Multi-domain Conversational Agents: The "
        "Schema-Guided Dialogue Dataset, AAAI, https://arxiv.org/abs/1909.05855",
        loader="listenwell.corpora.chitchat:load",
        folders=("chitchat", "sgd"),
        files=(CorpusFile(("sgd.jsonl.gz", "sgd.jsonl")),),
        aliases=("google-research-datasets/dstc8-schema-guided-dialogue",),
    ),
)

CORPORA: dict[str, Corpus] = {corpus.name: corpus for corpus in _ALL}
