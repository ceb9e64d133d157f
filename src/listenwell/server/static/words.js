// The page in the person's language: its words come from this server, by the English that they stand for.

import { keep, kept } from "./kept.js";

const ATTRIBUTES = ["placeholder", "aria-label"];

const choice = document.getElementById("language");
const texts = []; // every place with words on it: how to write there, and the English
const listeners = [];
let words = {};
let newest = 0; // of two choices made quickly, the words of the later one count

export const say = (english) => words[english] ?? english;
export const language = () => choice.value;
export const onLanguage = (listener) => listeners.push(listener);

function gather() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const english = node.data.trim().replace(/\s+/g, " ");
    if (english !== "" && !choice.contains(node)) {
      const [before, after] = [node.data.match(/^\s*/)[0], node.data.match(/\s*$/)[0]];
      texts.push({ english, write: (text) => (node.data = before + text + after) });
    }
  }
  for (const name of ATTRIBUTES) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      const english = element.getAttribute(name);
      texts.push({ english, write: (text) => element.setAttribute(name, text) });
    }
  }
}

async function speak(code) {
  const mine = (newest += 1);
  const found = await (await fetch(`/api/words?${new URLSearchParams({ language: code })}`)).json();
  if (mine !== newest) return;
  words = found.words;
  choice.value = found.language;
  document.documentElement.lang = found.language;
  for (const { english, write } of texts) write(say(english));
  for (const listener of listeners) listener();
}

// What was chosen on this device, else what the operator set, else what the browser prefers.
export async function offerLanguages() {
  const { known, chosen } = await (await fetch("/api/languages")).json();
  choice.replaceChildren(...known.map(({ code, name }) => new Option(name, code)));
  const wanted = kept("language") ?? chosen ?? navigator.language.slice(0, 2);
  choice.value = known.some(({ code }) => code === wanted) ? wanted : "en";
  if (choice.value !== "en") await speak(choice.value);
}

gather();
choice.addEventListener("change", () => {
  keep("language", choice.value);
  speak(choice.value).catch(() => {}); // the words that are there already stay
});
