"""Training the encoder: feelings, strategies, empathy, danger and relevance in one network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from torch import Tensor

from listenwell.core.errors import ModelError
from listenwell.corpora.conversation import Conversation
from listenwell.embedded.tokens import EncoderTokenizer
from listenwell.training.embedded.encoder import Encoder, bert_shape, from_bert
from listenwell.training.embedded.encoder_tasks import Item, Items, make_items, task_batches
from listenwell.training.embedded.language_teacher import taught_in_words
from listenwell.training.embedded.loop import LossAt, Progress, find_device, run
from listenwell.training.embedded.losses import Losses, item_loss, losses_at
from listenwell.training.embedded.measuring import measure
from listenwell.training.embedded.new_words import begin, grown, learn_pieces, translator
from listenwell.training.embedded.recipe import EncoderStage, NewWords, TeacherStage
from listenwell.training.embedded.teaching import Lessons, lesson_of, teach
from listenwell.training.embedded.vocabulary import most_used
from listenwell.training.embedded.warm_starts import load_encoder
from listenwell.training.screen.texts import collect, lines_by_language

THEN, TEACHER = "then", "teacher"
"""The folders of later rounds, by their number, and of the teacher inside the run's."""
MEASURED = 1500
"""How many validation items of a task the curve is measured on."""
BERT_MARKERS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_MPNET_MARKERS = {"[PAD]": "<pad>", "[CLS]": "<s>", "[SEP]": "</s>"}


@dataclass(frozen=True, slots=True)
class Reader:
    """An encoder and its tokenizer."""

    model: Encoder
    tokenizer: EncoderTokenizer
    raw: Tokenizer


def prepare_reader(stage: EncoderStage, texts: Sequence[str]) -> Reader:
    """Prune the vocabulary of the warm start and copy its weights.

    Args:
        stage: The recipe's part.
        texts: Text to count word pieces in.

    Raises:
        ModelError: The warm start is missing or of another shape.
    """
    start = load_encoder(stage.warm_start)
    characters = [
        p for p in start.tokenizer.get_vocab() if len(p.removeprefix("##")) == 1 and p.isascii()
    ]
    pieces = most_used(
        start.tokenizer, texts, [*BERT_MARKERS, *sorted(characters)], stage.vocabulary
    )
    raw = word_pieces(pieces)
    return Reader(warm_encoder(stage.warm_start, pieces), EncoderTokenizer(raw), raw)


def warm_encoder(name: str, pieces: Sequence[str]) -> Encoder:
    """Return an encoder with a warm start's weights and a pruned vocabulary, its heads still new.

    Raises:
        ModelError: The warm start is missing, of another shape, or of another vocabulary.
    """
    start = load_encoder(name)
    ids = start.tokenizer.get_vocab()
    try:
        rows = [ids[piece] if piece in ids else ids[_MPNET_MARKERS[piece]] for piece in pieces]
        shape = bert_shape(start.tensors, len(pieces), start.heads)
        model = Encoder(shape)
        model.load_state_dict(from_bert(start.tensors, rows, shape), strict=False)
    except (KeyError, RuntimeError) as error:
        raise ModelError(f"{name}: not the shape that is needed ({error}).") from error
    return model


def word_pieces(pieces: Sequence[str]) -> Tokenizer:
    """Return an uncased WordPiece tokenizer over exactly these pieces."""
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def train_reader(
    stage: EncoderStage,
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    folder: Path,
    *,
    seed: int,
    resume: bool = False,
    show: Callable[[Progress], None] = lambda _: None,
) -> tuple[Reader, dict[str, float]]:
    """Train the encoder and return it with its validation figures.

    Raises:
        Interrupted: Ctrl-C; resume to go on.
        ModelError: The warm start is missing, or the run cannot go on.
        CorpusError: A task's corpus is not here.
    """
    torch.manual_seed(seed)
    reader = prepare_reader(stage, _texts(stage, talks, data))
    reader.model.to(find_device())
    items, valid, some = _items(stage, talks, data, reader)
    lessons: Lessons | None = None
    if stage.teacher:
        teacher = _teacher(stage.teacher, reader, items, some, folder / TEACHER,
                           seed=seed, resume=resume, show=show)  # fmt: skip
        lessons = teach(teacher, items, reader.tokenizer.pad)
    for number, part in enumerate(stage.rounds()):
        place = round_folder(folder, number)
        place.mkdir(parents=True, exist_ok=True)
        share = part.teacher.share if part.teacher else 0.0
        if number:
            # Lessons serve one round; later ones sharpen what labels alone can teach.
            change, lessons = stage.then[number - 1], None
            if change.new_words:
                reader = with_new_words(reader, change.new_words, talks)
                items, valid, some = _items(stage, talks, data, reader)
            if change.language_teacher:
                share = change.language_teacher.share
                lessons = taught_in_words(change.language_teacher, items, some, place / TEACHER,
                                          seed=seed + number, resume=resume, show=show)  # fmt: skip
        model = reader.model
        began = _state(model)
        batches = task_batches(items, part.tasks, part.batch_size, seed + number)
        batches = batches[: part.max_steps]
        wanted = Losses(part.hidden_words, part.fitting, share)
        losses = _losses(reader, model, items, batches, wanted, lessons)
        run("encoder", model, losses, len(batches), part, place, seed=seed + number,
            evaluate=partial(measure, model, some, reader.tokenizer.pad),
            resume=resume, show=show)  # fmt: skip
        if number:
            mix(model, began, stage.then[number - 1].keep)
    return reader, measure(reader.model, valid, reader.tokenizer.pad)


def _items(
    stage: EncoderStage, talks: Mapping[str, Sequence[Conversation]], data: Path, reader: Reader
) -> tuple[Items, Items, Items]:
    """Return the items to train on, those to measure on, and some of these for the curve."""
    items = make_items(stage, talks, data, reader.tokenizer, "train")
    valid = make_items(stage, talks, data, reader.tokenizer, "valid")
    some = {task: part[:: max(1, len(part) // MEASURED)] for task, part in valid.items()}
    return items, valid, some


def with_new_words(
    reader: Reader, wanted: NewWords, talks: Mapping[str, Sequence[Conversation]]
) -> Reader:
    """Return a reader that knows words of other languages, and fewer rare ones of its own.

    Raises:
        ModelError: The language model that translates is missing or damaged.
    """
    texts = lines_by_language()
    english = _said(talks) + texts.pop("en", [])
    known = reader.raw.get_vocab()
    single = [p for p in known if p in BERT_MARKERS or len(p.removeprefix("##")) == 1]
    used = most_used(reader.raw, english, sorted(single, key=lambda p: known[p]), wanted.kept)
    kept = sorted((p for p in used if p in known), key=lambda p: known[p])
    added = learn_pieces((line for lines in texts.values() for line in lines), known, wanted.added)
    raw = word_pieces([*kept, *added])
    words = reader.model.words.weight.detach().cpu()
    vectors = {piece: words[known[piece]] for piece in kept}
    begun = begin(texts, added, vectors, raw, translator(wanted.translator))
    model = grown(reader.model.cpu(), [known[piece] for piece in kept], begun)
    return Reader(model.to(find_device()), EncoderTokenizer(raw), raw)


def _texts(
    stage: EncoderStage, talks: Mapping[str, Sequence[Conversation]], data: Path
) -> list[str]:
    """Return the text that decides which word pieces are kept."""
    tasks = {task for part in stage.rounds() for task in part.tasks}
    return _said(talks) + ([e.text for e in collect(data)] if "risk" in tasks else [])


def _said(talks: Mapping[str, Sequence[Conversation]]) -> list[str]:
    """Return every turn that may be trained on."""
    return [
        t.content for part in talks.values() for c in part if c.split == "train" for t in c.turns
    ]


def round_folder(folder: Path, number: int) -> Path:
    """Return where one of the encoder's rounds, counted from 0, keeps its checkpoint and log."""
    return folder / f"{THEN}-{number}" if number else folder


def _teacher(
    stage: TeacherStage,
    reader: Reader,
    items: Items,
    valid: Items,
    folder: Path,
    *,
    seed: int,
    resume: bool,
    show: Callable[[Progress], None],
) -> Encoder:
    """Train a larger encoder on the same items."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = reader.raw.get_vocab()
    model = warm_encoder(stage.warm_start, sorted(vocabulary, key=lambda p: vocabulary[p]))
    model = model.to(find_device())
    batches = task_batches(items, stage.tasks, stage.batch_size, seed)[: stage.max_steps]
    losses = _losses(reader, model, items, batches, Losses(stage.hidden_words), None)
    run("teacher", model, losses, len(batches), stage, folder, seed=seed, resume=resume, show=show,
        evaluate=lambda: measure(model, valid, reader.tokenizer.pad))  # fmt: skip
    return model


def _state(model: Encoder) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


@torch.no_grad()
def mix(model: Encoder, earlier: Mapping[str, Tensor], keep: float) -> None:
    """Move a model's weights a share of the way back to earlier ones."""
    for name, value in model.state_dict().items():
        value.lerp_(earlier[name], keep)


def _losses(
    reader: Reader,
    model: Encoder,
    items: Items,
    batches: Sequence[tuple[str, list[int]]],
    wanted: Losses,
    lessons: Lessons | None,
) -> LossAt:
    """Return what tells each step's loss."""

    def loss_of(task: str, rows: list[int], batch: list[Item]) -> Tensor:
        lesson = lesson_of(lessons[task], rows) if lessons and task in lessons else None
        return item_loss(model, batch, reader.tokenizer, wanted, lesson)

    return losses_at(items, batches, model.norm.weight.device, loss_of)
