// The age gate: asked once where the operator wants it. Only "adult", "minor" or "too-young" is kept.

import { keep, kept } from "./kept.js";
import { country } from "./lines.js";
import { language, onLanguage } from "./words.js";

const part = (id) => document.getElementById(id);

let minimum = null;
let band = null;

export const isMinor = () => band === "minor";
const mayTalk = () => minimum === null || band === "adult" || band === "minor";

export async function openGate(minimumAge) {
  minimum = minimumAge;
  band = minimum === null ? null : kept("age");
  if (band === "too-young") await sayTooYoung(1);
  show();
}

function show() {
  part("gate").hidden = mayTalk() || band === "too-young";
  part("too-young").hidden = band !== "too-young";
  part("composer").hidden = !mayTalk();
}

async function asked(age) {
  const response = await fetch("/api/age", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ age, country: country() || kept("country"), language: language() || "en" }),
  });
  if (!response.ok) throw new Error("refused");
  return response.json();
}

async function sayTooYoung(age) {
  part("too-young").textContent = (await asked(age)).words;
}

onLanguage(() => {
  if (band === "too-young") sayTooYoung(1).catch(() => {}); // the words that are there already stay
});

part("gate").addEventListener("submit", async (happened) => {
  happened.preventDefault();
  const age = part("age").valueAsNumber;
  const found = await asked(age).catch(() => null);
  if (found === null) return;
  band = found.band;
  keep("age", band);
  part("age").value = "";
  part("too-young").textContent = found.words;
  show();
  part(mayTalk() ? "message" : "too-young").focus();
});
