"""The web page as a person meets it, in a real browser and against a real server."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from listenwell.bot import build_engine
from listenwell.core.types import History, Turn
from listenwell.dialogue.engine import Engine
from listenwell.safety import crisis, disclosure
from listenwell.safety.settings import Settings
from listenwell.server.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
MARKUP = "<img src=x onerror=alert(1)> i am lonely"


class Dying:
    """Stands before an app and, once told to, drops every reply after its first pieces."""

    def __init__(self, app) -> None:
        self.app = app
        self.dies = False

    async def __call__(self, scope, receive, send) -> None:
        async def cut(message) -> None:
            if self.dies and b"done" in message.get("body", b""):
                raise ConnectionError
            await send(message)

        await self.app(scope, receive, cut)


class Slow(Engine):
    """An engine that answers when it is allowed to."""

    allowed: threading.Event

    def respond(self, history: History, text: str) -> Turn:
        self.allowed.wait(60)  # a busy machine draws the page slowly
        return super().respond(history, text)


@contextmanager
def served(app) -> Iterator[tuple[str, uvicorn.Server]]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, log_level="critical", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", server
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(create_app(build_engine("templates"))) as (where, _):
        yield where


@pytest.fixture
def page(browser: "Browser", url: str) -> Iterator["Page"]:
    page = browser.new_page()
    page.goto(url)
    told(page)
    yield page
    page.close()


def told(page: "Page") -> None:
    from playwright.sync_api import expect

    expect(page.get_by_text(disclosure.START)).to_be_visible()


def say(page: "Page", text: str) -> str:
    """Send a message with Enter, and return the reply once it is complete."""
    from playwright.sync_api import expect

    replies = page.locator(".said.assistant")
    before = replies.count()
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")
    expect(replies).to_have_count(before + 1)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    return replies.last.locator("p").inner_text()


def test_what_one_talks_with_is_told_before_anything_is_said(page: "Page"):
    assert page.get_by_text(disclosure.START).is_visible()
    assert page.get_by_text(disclosure.PRIVATE).is_visible()
    assert page.locator("#about").bounding_box()["y"] < page.locator("#opening").bounding_box()["y"]


def test_a_message_is_answered_and_the_next_one_knows_what_was_said(page: "Page"):
    with page.expect_request("**/api/chat"):
        first = say(page, "i am so lonely")
    with page.expect_request("**/api/chat") as asked:
        say(page, "mostly in the evening")
    said = [message["content"] for message in asked.value.post_data_json["messages"]]
    assert said == ["i am so lonely", first, "mostly in the evening"]


def test_a_reply_comes_as_a_stream(page: "Page"):
    with page.expect_response("**/api/chat") as answered:
        say(page, "i am so lonely")
    assert answered.value.headers["content-type"].startswith("text/event-stream")


def test_finished_replies_alone_are_announced_to_screen_readers(page: "Page"):
    reply = say(page, "i am so lonely")
    assert page.locator("#announcer").inner_text() == f"Listenwell said: {reply}"
    assert page.get_by_role("log").get_attribute("aria-live") == "off"


def test_markup_in_a_message_is_shown_as_the_text_it_is(page: "Page"):
    say(page, MARKUP)
    assert page.locator(".said.user p").inner_text() == MARKUP
    assert page.locator("img").count() == 0


def test_shift_enter_starts_a_new_line_and_the_box_grows(page: "Page"):
    box = page.get_by_label("Your message")
    low = box.bounding_box()["height"]
    box.press_sequentially("one")
    for line in ("two", "three"):
        page.keyboard.press("Shift+Enter")
        box.press_sequentially(line)
    assert box.input_value() == "one\ntwo\nthree"
    assert box.bounding_box()["height"] > low
    assert page.locator(".said").count() == 0


def test_crisis_lines_are_one_tap_away(page: "Page"):
    page.get_by_role("button", name="Crisis lines").click()
    dialog = page.get_by_role("dialog", name="Talk to a person now")
    assert dialog.get_by_role("link", name="Call 988").get_attribute("href") == "tel:988"
    assert dialog.get_by_role("link", name="Text 988").get_attribute("href") == "sms:988"
    homed = dialog.get_by_role("link", name="Text HOME to 741741").get_attribute("href")
    assert homed.startswith("sms:741741")
    elsewhere = dialog.get_by_role("link", name="findahelpline.com")
    assert elsewhere.get_attribute("rel") == "noreferrer"
    assert dialog.locator("#lines").inner_text() == crisis.resources()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_a_crisis_reply_keeps_its_lines_and_offers_a_person(page: "Page"):
    reply = say(page, "i want to kill myself")
    assert "findahelpline.com" in reply
    page.get_by_role("button", name="Talk to a person now").click()
    assert page.get_by_role("dialog").is_visible()


def test_the_crisis_lines_stay_in_view_in_a_long_conversation(page: "Page"):
    from playwright.sync_api import expect

    page.set_viewport_size(PHONE)
    for text in ("i am so lonely", "i want to kill myself", "yes", "pills"):
        say(page, text)
    expect(page.get_by_role("button", name="Crisis lines")).to_be_in_viewport()


def test_starting_over_asks_first_and_then_forgets_everything(page: "Page"):
    say(page, "i am so lonely")
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("button", name="Keep talking").click()
    assert page.locator(".said").count() == 2
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("dialog").get_by_role("button", name="Start over").click()
    page.locator(".said").first.wait_for(state="detached")
    assert page.locator(".said").count() == 0
    with page.expect_request("**/api/chat") as asked:
        say(page, "hello again")
    assert len(asked.value.post_data_json["messages"]) == 1


def test_nothing_is_left_in_the_browser(page: "Page"):
    say(page, "i am so lonely")
    kept = "localStorage.length + sessionStorage.length + document.cookie.length"
    assert page.evaluate(kept) == 0
    page.reload()
    assert page.locator(".said").count() == 0
    assert page.get_by_label("Your message").input_value() == ""


def test_the_conversation_can_be_saved_as_text(page: "Page", tmp_path: Path):
    reply = say(page, "i am so lonely")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as text").click()
    assert saved.value.suggested_filename.startswith("listenwell-")
    saved.value.save_as(tmp_path / "saved.txt")
    text = (tmp_path / "saved.txt").read_text(encoding="utf-8")
    assert text == f"You: i am so lonely\n\nListenwell: {reply}\n"


def test_the_page_speaks_the_language_that_is_chosen(page: "Page"):
    from playwright.sync_api import expect

    page.get_by_label("Language").select_option("es")
    expect(page.get_by_role("button", name="Enviar")).to_be_visible()
    expect(page.get_by_text("Hablas con Listenwell, una IA.")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "es"
    with page.expect_request("**/api/chat") as asked:
        page.get_by_label("Tu mensaje").fill("ok")
        page.get_by_role("button", name="Enviar").click()
    assert asked.value.post_data_json["language"] == "es"
    page.get_by_label("Idioma").select_option("en")
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_right_to_left_words_run_from_right_to_left(page: "Page"):
    say(page, "אני עצוב היום")
    direction = "element => getComputedStyle(element).direction"
    assert page.locator(".said.user p").evaluate(direction) == "rtl"
    assert page.locator(".said.assistant p").evaluate(direction) == "ltr"


def test_a_phone_shows_the_page_without_scrolling_sideways(page: "Page"):
    page.set_viewport_size(PHONE)
    say(page, "i want to kill myself " + "verylongword" * 20)
    page.get_by_role("button", name="Crisis lines").click()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_page_is_dark_where_the_person_prefers_dark(page: "Page"):
    shade = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    light = page.evaluate(shade)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(shade) != light


def test_the_dots_keep_still_where_the_person_prefers_no_motion(page: "Page"):
    moves = "getComputedStyle(document.querySelector('.dot')).animationName"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moves) == "breathe"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moves) == "none"


def test_no_request_leaves_the_host_and_nothing_is_amiss(browser: "Browser", url: str):
    page = browser.new_page()
    asked, amiss = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: amiss.append(message.text))
    page.on("pageerror", lambda error: amiss.append(str(error)))
    page.goto(url)
    told(page)
    say(page, "i am so lonely")
    assert [address for address in asked if not address.startswith(url)] == []
    assert amiss == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["start", "conversation", "lines", "start over", "trouble"])
def test_the_page_is_accessible(page: "Page", scheme: str, state: str):
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    if state != "start":
        say(page, "i want to kill myself")
    if state == "lines":
        page.get_by_role("button", name="Crisis lines").click()
    if state == "start over":
        page.get_by_role("button", name="Start over").click()
    if state == "trouble":
        page.route("**/api/chat", lambda route: route.abort())
        page.get_by_label("Your message").fill("hello")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Try again").wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_server_that_dies_midway_keeps_what_was_typed(browser: "Browser"):
    app = Dying(create_app(build_engine("templates")))
    with served(app) as (where, _):
        page = browser.new_page()
        page.goto(where)
        say(page, "i am so lonely")
        app.dies = True
        page.get_by_label("Your message").fill("mostly in the evening")
        page.keyboard.press("Enter")
        page.get_by_text("isn’t answering right now").wait_for()
        assert page.get_by_label("Your message").input_value() == "mostly in the evening"
        assert page.locator(".said").count() == 2
        app.dies = False
        page.get_by_role("button", name="Try again").click()
        page.locator(".said").nth(3).wait_for()
        assert page.get_by_label("Your message").input_value() == ""
        page.close()


def test_a_server_that_is_gone_keeps_what_was_typed_and_the_crisis_lines(browser: "Browser"):
    with served(create_app(build_engine("templates"))) as (where, _):
        page = browser.new_page()
        page.goto(where)
        told(page)
    page.get_by_label("Your message").fill("hello?")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("isn’t answering right now").wait_for()
    assert page.get_by_label("Your message").input_value() == "hello?"
    page.get_by_role("button", name="Crisis lines").click()
    assert page.locator("#lines").inner_text() == crisis.resources()
    page.close()


def test_what_is_typed_while_a_reply_is_written_stays_in_the_box(browser: "Browser"):
    plain = build_engine("templates")
    engine = Slow(plain.screen, plain.reader, None, plain.guard, plain.templates)
    engine.allowed = threading.Event()
    with served(create_app(engine)) as (where, _):
        page = browser.new_page()
        page.goto(where)
        told(page)
        box = page.get_by_label("Your message")
        box.fill("i am so lonely")
        page.keyboard.press("Enter")
        page.locator("#writing").wait_for()
        box.fill("and tired")
        page.keyboard.press("Enter")
        assert box.input_value() == "and tired"
        engine.allowed.set()
        page.locator(".said.assistant").wait_for()
        assert page.locator(".said.user").count() == 1
        assert page.locator("#writing").is_hidden()
        page.close()


def test_a_country_is_chosen_in_one_tap_and_remembered_on_the_device(page: "Page"):
    page.get_by_role("button", name="Crisis lines").click()
    place = page.get_by_label("Where are you?")
    place.select_option("IE")
    page.get_by_role("link", name="Call 116 123").wait_for()
    assert page.get_by_role("link", name="Call 988").count() == 0
    page.get_by_label("What is it about?").select_option("abuse")
    page.get_by_role("link", name="Call 1800 341 900").wait_for()
    page.reload()
    told(page)
    page.get_by_role("link", name="116 123", include_hidden=True).wait_for(state="attached")
    place.select_option("", force=True)
    assert page.get_by_role("link", name="Call 988", include_hidden=True).count() == 1


def test_after_three_hours_people_are_told_again(page: "Page"):
    say(page, "i am so lonely")
    assert page.locator(".told").count() == 0
    page.evaluate("Date.now = ((now) => () => now() + 3 * 3600 * 1000)(Date.now)")
    say(page, "mostly in the evening")
    assert page.locator(".told").inner_text() == disclosure.REPEAT


def test_somebody_too_young_is_led_to_people_and_not_talked_with(browser: "Browser"):
    app = create_app(build_engine("templates"), settings=Settings("GB", minimum_age=16))
    with served(app) as (where, _):
        page = browser.new_page()
        page.goto(where)
        page.get_by_label("how old are you").fill("13")
        page.get_by_role("button", name="Go on").click()
        page.get_by_text("0800 1111").wait_for()
        assert page.get_by_label("Your message").is_hidden()
        assert "13" not in page.evaluate("JSON.stringify(localStorage).split('since')[0]")
        page.reload()
        page.get_by_text("0800 1111").wait_for()
        assert page.get_by_label("how old are you").is_hidden()
        page.close()
