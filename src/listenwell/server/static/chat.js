// The conversation lives in this page's memory and nowhere else: reloading forgets it.

import { isMinor, openGate } from "./age.js";
import { country, offerCountries } from "./lines.js";
import { language, offerLanguages, onLanguage, say } from "./words.js";

const MOST_MESSAGES = 199;
const MOST_BYTES = 900_000;
const PATIENCE = 60_000; // milliseconds without a sign of life before a reply is given up
const GRAVE = ["high", "imminent"];

const WORDS = {
  unreachable:
    "Listenwell isn’t answering right now. Your message is still in the box below. " +
    "The crisis lines at the top work without it.",
  tooLong: "That is too long to send at once. Could you send a part of it?",
  refused: "That couldn’t be sent. Your message is still in the box below.",
};

const part = (id) => document.getElementById(id);
const log = part("log");
const box = part("message");

let conversation = []; // {role, content}: only what was answered
let running = null; // the AbortController of the reply being waited for
let toldAt = null; // when the person was last told that this is an AI
let spokeAt = null; // when they last sent something
let staysAtEnd = false; // whether the person is reading the newest words

/* ---- What the server says -------------------------------------------- */

async function ask(messages, controller, onPiece) {
  const lease = patience(controller);
  try {
    const response = await fetch("/api/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages, stream: true, ...choices() }),
      signal: controller.signal,
    });
    if (!response.ok) throw new Error(response.status === 413 ? "tooLong" : "refused");
    for await (const { name, content } of events(response.body, lease)) {
      if (name === "piece") onPiece(content.text);
      if (name === "done") return content;
    }
    throw new Error("unreachable"); // the stream ended before the reply did
  } finally {
    lease.end();
  }
}

function choices() {
  const since = (when) => (when === null ? null : Math.max(0, (Date.now() - when) / 1000));
  return {
    country: country() || null,
    language: language(),
    read_emotions: part("emotions").checked,
    seconds_since_told: since(toldAt),
    seconds_since_message: since(spokeAt),
    minor: isMinor(),
  };
}

async function* events(body, lease) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    lease.renew();
    waiting += decoder.decode(value, { stream: true });
    const blocks = waiting.split("\n\n");
    waiting = blocks.pop();
    yield* blocks.map(event);
  }
}

function event(block) {
  const field = (name) =>
    block.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  return { name: field("event"), content: JSON.parse(field("data") ?? "null") };
}

function patience(controller) {
  let timer = null;
  const end = () => clearTimeout(timer);
  const renew = () => {
    end();
    timer = setTimeout(() => controller.abort(), PATIENCE);
  };
  renew();
  return { renew, end };
}

// The newest messages that fit into one request, beginning with one of the person's.
function fitting(messages) {
  let kept = messages.slice(-MOST_MESSAGES);
  const bytes = () => new TextEncoder().encode(JSON.stringify(kept)).length;
  while (kept.length > 1 && (kept[0].role !== "user" || bytes() > MOST_BYTES)) {
    kept = kept.slice(1);
  }
  return kept;
}

/* ---- What the page shows ---------------------------------------------- */

function show(role, text) {
  part("opening").hidden = true;
  const said = document.createElement("div");
  const who = document.createElement("span");
  const words = document.createElement("p");
  said.className = `said ${role}`;
  who.className = "visually-hidden";
  who.textContent = say(role === "user" ? "You said:" : "Listenwell said:");
  words.dir = "auto";
  words.textContent = text; // always text, never HTML
  said.append(who, words);
  log.append(said);
  return said;
}

// Shows the newest words, but never scrolls past the beginning of the newest message.
function follow(said) {
  const top = said.getBoundingClientRect().top + window.scrollY - 80;
  const bottom = document.documentElement.scrollHeight - window.innerHeight;
  window.scrollTo({ top: Math.min(top, bottom) });
}

function isAtEnd() {
  return document.documentElement.scrollHeight - window.innerHeight - window.scrollY < 120;
}

// What has to be said from time to time stands before the reply it came with.
function tell(notice, said) {
  const told = document.createElement("p");
  told.className = "told";
  told.textContent = notice;
  said.before(told);
  toldAt = Date.now();
}

function offerLines(said) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "crisis";
  button.textContent = say("Talk to a person now");
  button.addEventListener("click", openLines);
  said.classList.add("grave");
  said.append(button);
}

function openLines() {
  part("crisis-dialog").showModal();
}

function announce(text) {
  part("announcer").textContent = `${say("Listenwell said:")} ${text}`;
}

function complain(reason) {
  part("notice-text").textContent = say(WORDS[reason] ?? WORDS.unreachable);
  part("notice").hidden = false;
}

function setWaiting(isWaiting) {
  part("writing").hidden = !isWaiting;
}

function refresh() {
  const isEmpty = conversation.length === 0;
  part("save").disabled = isEmpty;
  part("restart").disabled = isEmpty && running === null;
  part("send").disabled = running !== null;
  part("opening").hidden = log.childElementCount > 0;
}

function grow() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

/* ---- A message and its reply ------------------------------------------ */

async function send() {
  const text = box.value;
  if (running !== null || text.trim() === "") return;
  const controller = (running = new AbortController());
  part("notice").hidden = true;
  box.value = "";
  grow();
  const mine = show("user", text);
  setWaiting(true);
  refresh();
  follow(mine);
  const reply = { said: null };
  try {
    const user = { role: "user", content: text };
    const found = await ask(fitting([...conversation, user]), controller, (piece) => {
      if (running === controller) grown(reply, piece);
    });
    if (running === controller) finish(reply.said ?? show("assistant", ""), user, found);
  } catch (error) {
    if (running === controller) takeBack(text, [mine, reply.said], error.message);
  }
}

function grown(reply, piece) {
  const wasAtEnd = isAtEnd();
  setWaiting(false);
  reply.said ??= show("assistant", "");
  reply.said.querySelector("p").append(piece);
  if (wasAtEnd) follow(reply.said);
}

function finish(said, user, found) {
  running = null;
  setWaiting(false);
  said.querySelector("p").textContent = found.reply;
  conversation = [...conversation, user, { role: "assistant", content: found.reply }];
  spokeAt = Date.now();
  if (found.notice) tell(found.notice, said);
  const wasAtEnd = isAtEnd();
  if (GRAVE.includes(found.level)) offerLines(said);
  if (wasAtEnd) follow(said);
  announce(found.notice ? `${found.notice} ${found.reply}` : found.reply);
  refresh();
}

// Nothing that was typed is lost: it goes back into the box, before anything typed since.
function takeBack(text, bubbles, reason) {
  running = null;
  setWaiting(false);
  for (const said of bubbles) said?.remove();
  box.value = box.value === "" ? text : `${text}\n${box.value}`;
  grow();
  complain(reason);
  refresh();
}

function startOver() {
  running?.abort();
  running = null;
  conversation = [];
  log.replaceChildren();
  box.value = "";
  part("announcer").textContent = "";
  part("notice").hidden = true;
  setWaiting(false);
  grow();
  refresh();
  window.scrollTo({ top: 0 });
  box.focus();
}

function save() {
  const speakers = { user: "You", assistant: "Listenwell" };
  const lines = conversation.map(({ role, content }) => `${speakers[role]}: ${content}`);
  const link = document.createElement("a");
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  link.href = URL.createObjectURL(new Blob([`${lines.join("\n\n")}\n`], { type: "text/plain" }));
  link.download = `listenwell-${day.map((n) => String(n).padStart(2, "0")).join("-")}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function tellAbout() {
  const query = new URLSearchParams({ language: language() });
  const about = await (await fetch(`/api/about?${query}`)).json();
  part("disclosure").textContent = about.disclosure;
  part("privacy").textContent = about.privacy;
  part("lines").textContent = about.lines;
  return about;
}

// What people are told at the start has to be there before the first message goes out.
async function introduce() {
  if (!part("about").hidden) return true;
  try {
    await offerLanguages().catch(() => {}); // in English, then
    const about = await tellAbout();
    part("emotions-choice").hidden = !about.reads_emotions;
    part("about").hidden = false;
    toldAt = Date.now();
    await openGate(about.minimum_age);
    offerCountries(about.country).catch(() => {}); // the lines that are there already stay
    return true;
  } catch {
    complain("unreachable");
    return false;
  }
}

/* ---- What the person does ---------------------------------------------- */

const submit = async () => (await introduce()) && send();

part("composer").addEventListener("submit", (happened) => {
  happened.preventDefault();
  submit();
});
part("again").addEventListener("click", () => {
  part("notice").hidden = true;
  box.focus();
  submit();
});
box.addEventListener("input", grow);
// A growing message or a notice must not cover the newest words.
window.addEventListener("scroll", () => (staysAtEnd = isAtEnd()), { passive: true });
new ResizeObserver(() => {
  if (staysAtEnd) window.scrollTo({ top: document.documentElement.scrollHeight });
}).observe(document.querySelector("footer"));
box.addEventListener("keydown", (key) => {
  if (key.key !== "Enter" || key.shiftKey || key.isComposing) return;
  key.preventDefault();
  submit();
});
part("crisis-button").addEventListener("click", openLines);
part("restart").addEventListener("click", () => part("restart-dialog").showModal());
part("restart-dialog").addEventListener("close", ({ target }) => {
  if (target.returnValue === "clear") startOver();
  target.returnValue = "";
});
part("save").addEventListener("click", save);
onLanguage(() => tellAbout().catch(() => {}));

introduce();
refresh();
