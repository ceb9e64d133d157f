"""The graphs that ship compute what the trained networks do; rounding costs what it may."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
pytest.importorskip("onnx")
pytest.importorskip("gguf")

import tiny  # noqa: E402
from fakes import conversation  # noqa: E402
from listenwell.core.types import Message  # noqa: E402
from listenwell.embedded.encoder import EncoderModel  # noqa: E402
from listenwell.embedded.files import (  # noqa: E402
    ENCODER,
    ENCODER_TOKENIZER,
    HEADS,
    WRITER,
    WRITER_TOKENIZER,
    ModelFiles,
)
from listenwell.embedded.tokens import EncoderTokenizer, WriterTokenizer  # noqa: E402
from listenwell.embedded.writer import WriterModel  # noqa: E402
from listenwell.training.embedded.decoder import Decoder  # noqa: E402
from listenwell.training.embedded.encoder import Encoder  # noqa: E402
from listenwell.training.embedded.encoder_graph import build_encoder  # noqa: E402
from listenwell.training.embedded.encoder_tasks import pad  # noqa: E402
from listenwell.training.embedded.graph import packed, write  # noqa: E402
from listenwell.training.embedded.publish import write_heads  # noqa: E402
from listenwell.training.embedded.quantising import (  # noqa: E402
    BLOCK,
    GREATEST,
    RoundedLinear,
    quantise,
    quantise_rows,
    rounded,
    set_bits,
)
from listenwell.training.embedded.unpacking import read_weights  # noqa: E402
from listenwell.training.embedded.writer_graph import build_writer  # noqa: E402

TALK = conversation("The kettle broke", "Oh no, before your tea?", "yes, and then").messages
REPLIES = ("That was a long day.", "No.")


def logged(model: Decoder, tokens: list[int], tokenizer: WriterTokenizer) -> np.ndarray:
    """Return the network's log-probabilities after every token, markers left out."""
    with torch.no_grad():
        scores = model.scores(model.hidden(torch.tensor([tokens])))[0]
    scores[:, [i for i in tokenizer.markers.values() if i != tokenizer.end]] = -torch.inf
    return scores.log_softmax(-1).numpy()


def served_writer(model: Decoder, raw, folder: Path, *, small: bool) -> WriterModel:
    write(build_writer(model.state_dict(), model.shape, small=small), folder / WRITER)
    raw.save(str(folder / WRITER_TOKENIZER))
    return WriterModel(ModelFiles("tiny", folder, ""), threads=1)


def as_shipped(model: torch.nn.Module, bits: int) -> None:
    """Round a network's weights as the file does."""
    if isinstance(model, Decoder):
        set_bits(model, bits)
        words = model.embed_tokens
    else:
        for linear in (m for m in model.layers.modules() if isinstance(m, torch.nn.Linear)):
            linear.weight.data = rounded(linear.weight.data, bits)
        words = model.words
    words.weight.data = rounded(words.weight.data, 8)


def test_no_token_is_scored_by_what_comes_after_it():
    model = tiny.decoder(50)
    ids = torch.arange(12)[None] + 5
    changed = ids.clone()
    changed[0, 7] = 40
    with torch.no_grad():
        before, after = model.hidden(ids), model.hidden(changed)
    assert torch.allclose(before[0, :7], after[0, :7], atol=1e-6)
    assert not torch.allclose(before[0, 7], after[0, 7], atol=1e-3)
    assert not torch.allclose(before[0, -1], after[0, -1], atol=1e-3)


def test_padding_changes_no_score():
    model = tiny.decoder(50)
    with torch.no_grad():
        alone = model.hidden(torch.tensor([[3, 4, 5]]))
        padded = model.hidden(torch.tensor([[3, 4, 5, 0, 0], [9, 8, 7, 6, 5]]))
    assert torch.allclose(alone[0], padded[0, :3], atol=1e-5)


def test_the_writer_s_graph_gives_the_network_s_own_scores(tmp_path: Path):
    trained = tiny.writer()
    served = served_writer(trained.model, trained.raw, tmp_path, small=False)
    tokenizer = served.tokenizer
    tokens = tokenizer.context(TALK)
    openings = [tokenizer.opening(), tokenizer.opening(voice=True, emotion="sad")]
    replies = [tokenizer.reply(text) for text in REPLIES]
    # Turn by turn, through the remembered keys and values.
    for length in (1, 2, 3):
        context = served.read(tokenizer.context(TALK[:length]))
    found = served.score(context, openings, replies)
    for opening, reply, scores in zip(openings, replies, found, strict=True):
        whole = logged(trained.model, [*tokens, *opening, *reply], tokenizer)
        expected = whole[len(tokens) + len(opening) - 1 : -1]
        picked = expected[np.arange(len(reply)), reply]
        assert np.ptp(picked) > 0.5
        np.testing.assert_allclose(scores, picked, atol=1e-4)
        past, new = served.start(1), np.array([opening])
        for row, token in zip(expected, reply, strict=True):
            step, past = served.step(new, context, past)
            np.testing.assert_allclose(step[0], row, atol=1e-4)
            new = np.array([[token]])


def test_the_writer_s_small_graph_is_the_network_with_its_weights_rounded(tmp_path: Path):
    trained = tiny.writer()
    served = served_writer(trained.model, trained.raw, tmp_path, small=True)
    tokenizer = served.tokenizer
    tokens, opening = tokenizer.context(TALK), tokenizer.opening()
    reply = tokenizer.reply(REPLIES[0])
    (found,) = served.score(served.read(tokens), [opening], [reply])

    def expected() -> np.ndarray:
        whole = logged(trained.model, [*tokens, *opening, *reply], tokenizer)
        return whole[len(tokens) : -1][np.arange(len(reply)), reply]

    unrounded = np.abs(found - expected()).mean()
    as_shipped(trained.model, 4)
    # Activations are rounded to 8 bits on the way: the file is near the rounded network, not equal.
    assert np.abs(found - expected()).mean() < unrounded / 5


def encoder_graph(
    model: Encoder, folder: Path, *, small: bool, whole: bool = False
) -> EncoderModel:
    graph = build_encoder(model.state_dict(), model.shape, small=small, whole=whole)
    write(graph, folder / ENCODER)
    tiny.reader().raw.save(str(folder / ENCODER_TOKENIZER))
    write_heads(folder / HEADS, model, {"emotion": 2.0})
    return EncoderModel(ModelFiles("tiny", folder, ""), threads=1)


def pieces(tokenizer: EncoderTokenizer) -> list[tuple[list[int], list[int]]]:
    return [tokenizer.context(TALK), tokenizer.context(TALK[:1]), tokenizer.reply(REPLIES[0])]


def test_the_encoder_s_graph_gives_the_network_s_own_vectors_and_heads(tmp_path: Path):
    model = tiny.encoder(len(tiny.PIECES))
    served = encoder_graph(model, tmp_path, small=False)
    texts = pieces(served.tokenizer)
    with torch.no_grad():
        expected = model(*pad(texts, served.tokenizer.pad))
        strategy = model.tell("strategy", expected[:1], torch.tensor([3])).softmax(-1)[0]
        emotion = (model.tell("emotion", expected[:1]) / 2.0).softmax(-1)[0]
    found = served.pool(texts)
    assert found.std() > 0.1
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)
    np.testing.assert_allclose(served.tell("strategy", found[0], 5), strategy, atol=1e-5)
    np.testing.assert_allclose(served.tell("emotion", found[0]), emotion, atol=1e-5)
    np.testing.assert_allclose(served.feeling(TALK[:1]), served.tell("emotion", found[1]))
    with torch.no_grad():
        level = model.tell("explorations", expected[:1], None, expected[1:2]).softmax(-1)[0]
    shares = served.tell("explorations", found[0], reply=found[1])
    np.testing.assert_allclose(shares, level, atol=1e-5)


def test_a_feeling_is_read_in_every_view_of_a_conversation(tmp_path: Path):
    served = encoder_graph(tiny.encoder(len(tiny.PIECES)), tmp_path, small=False)
    said = [m for m in TALK if m.role == "user"]
    assert len(said) > 1
    ways = [TALK, [Message("user", " ".join(m.content for m in said))], said[:1]]
    scores = [np.log(served.tell("emotion", served.read(way))) for way in ways]
    mean = np.mean(scores, 0)
    expected = np.exp(mean - np.log(np.exp(mean).sum()))
    np.testing.assert_allclose(served.feeling(TALK), expected, atol=1e-5)


def test_the_encoder_s_small_graph_is_the_network_with_its_weights_rounded(tmp_path: Path):
    model = tiny.encoder(len(tiny.PIECES))
    served = encoder_graph(model, tmp_path, small=True)
    texts = pieces(served.tokenizer)
    as_shipped(model, 8)
    with torch.no_grad():
        expected = model(*pad(texts, served.tokenizer.pad)).numpy()
    np.testing.assert_allclose(served.pool(texts), expected, atol=0.05)


def test_the_encoder_s_graph_of_whole_numbers_is_near_the_network_and_read_back(tmp_path: Path):
    model = tiny.encoder(len(tiny.PIECES))
    served = encoder_graph(model, tmp_path, small=True, whole=True)
    texts = pieces(served.tokenizer)
    back = read_weights(tmp_path / ENCODER)
    for name, weight in model.state_dict().items():
        if name.startswith("layers.") and weight.ndim == 2:
            step = weight.abs().amax(-1, keepdim=True) / GREATEST
            assert ((back[name] - weight).abs() <= step / 2 + 1e-6).all(), name
            model.get_parameter(name).data = back[name]
    model.words.weight.data = rounded(model.words.weight.data, 8)
    assert torch.allclose(back["words.weight"], model.words.weight, atol=1e-6)
    with torch.no_grad():
        expected = model(*pad(texts, served.tokenizer.pad)).numpy()
    # What is multiplied is rounded to 8 bits on the way.
    np.testing.assert_allclose(served.pool(texts), expected, atol=0.1)


def test_a_row_loses_at_most_half_a_step_and_its_integers_have_seven_bits():
    torch.manual_seed(0)
    weight = torch.randn(8, 40) * torch.logspace(-3, 3, 8).unsqueeze(-1)
    integers, scales = quantise_rows(weight)
    assert integers.dtype is torch.int8
    assert integers.abs().amax(-1).tolist() == [GREATEST] * 8
    error = (integers * scales.unsqueeze(-1) - weight).abs()
    assert (error <= scales.unsqueeze(-1) * 0.5001).all()
    assert quantise_rows(torch.zeros(2, 4))[0].abs().max() == 0


def test_padding_changes_no_vector():
    model = tiny.encoder(len(tiny.PIECES))
    tokenizer = tiny.encoder_tokenizer()
    texts = pieces(tokenizer)
    with torch.no_grad():
        together = model(*pad(texts, tokenizer.pad))
        alone = [model(*pad([text], tokenizer.pad))[0] for text in texts]
    assert torch.allclose(together, torch.stack(alone), atol=1e-5)


@pytest.mark.parametrize("bits", [4, 8])
def test_rounding_a_block_loses_at_most_half_a_step_but_for_the_far_end(bits: int):
    torch.manual_seed(0)
    weight = torch.randn(8, 4 * BLOCK)
    integers, scales = quantise(weight, bits)
    assert integers.min() >= 0
    assert integers.max() <= 2**bits - 1
    assert torch.equal(integers, integers.round())
    error = (rounded(weight, bits) - weight).reshape(integers.shape).abs()
    step = scales.abs().unsqueeze(-1)
    # The scale's sign gives the greatest weight the side with one step more: it is exact, and only
    # what is as great on the other side can lose a whole step.
    assert (error <= step + 1e-6).all()
    assert (error <= step / 2 + 1e-6).float().mean() > 0.99
    greatest = weight.reshape(integers.shape).abs().argmax(-1, keepdim=True)
    assert error.gather(-1, greatest).max() < 1e-6


def test_more_bits_lose_less_and_nothing_is_lost_of_nothing():
    torch.manual_seed(0)
    weight = torch.randn(4, BLOCK)
    four, eight = ((rounded(weight, bits) - weight).abs().max() for bits in (4, 8))
    assert eight < four / 8
    assert rounded(torch.zeros(2, BLOCK), 4).abs().max() == 0


def test_rounding_twice_is_rounding_once():
    torch.manual_seed(0)
    once = rounded(torch.randn(8, BLOCK), 4)
    assert torch.allclose(rounded(once, 4), once, atol=1e-6)


def test_four_bits_are_packed_with_the_earlier_weight_in_the_low_half():
    weight = torch.zeros(1, BLOCK)
    weight[0, :4] = torch.tensor([-8.0, 7.0, 1.0, -3.0])
    (low_first, *rest), scales = packed(weight, 4)[0][0, 0, :3], packed(weight, 4)[1]
    assert scales.tolist() == [[1.0]]
    assert low_first == (0 | 15 << 4)
    assert rest == [9 | 5 << 4, 8 | 8 << 4]
    whole, _ = packed(weight, 8)
    assert whole.shape == (1, 1, BLOCK)
    assert whole[0, 0, :2].tolist() == [0, 240]


def test_a_rounded_layer_learns_through_its_rounding():
    torch.manual_seed(0)
    layer = RoundedLinear(BLOCK, 2)
    x = torch.randn(3, BLOCK)
    plain = layer(x)
    set_bits(layer, 4)
    expected = x @ rounded(layer.weight.data, 4).T + layer.bias
    assert torch.allclose(layer(x), expected, atol=1e-5)
    layer(x).sum().backward()
    assert torch.allclose(layer.weight.grad, x.sum(0).expand(2, -1), atol=1e-5)
    set_bits(layer, None)
    assert torch.equal(layer(x), plain)
