// Help lines for the country and the need that a person chose; never guessed from where they are.

import { keep, kept } from "./kept.js";
import { language, onLanguage, say } from "./words.js";

const part = (id) => document.getElementById(id);

const everywhere = [...part("ways").children]; // what stands in the page until a country is chosen

const english = new Map(); // the countries' names by their codes
let newest = 0; // of two choices made quickly, the answer to the later one counts

export const country = () => part("country").value;

export async function offerCountries(fallback) {
  const known = await (await fetch("/api/countries")).json();
  for (const { code, name } of known) english.set(code, name);
  part("country").append(...known.map(({ code, name }) => new Option(name, code)));
  nameCountries();
  part("country").value = kept("country") ?? fallback ?? "";
  part("place").hidden = false;
  if (country() !== "") await showLines();
}

function nameCountries() {
  const names = new Intl.DisplayNames([language()], { type: "region" });
  for (const option of part("country").options) {
    const name = english.get(option.value); // none for the line that asks to choose
    if (name) option.textContent = language() === "en" ? name : names.of(option.value);
  }
}

export async function showLines() {
  const mine = (newest += 1);
  part("lines").hidden = country() !== "";
  if (country() === "") {
    part("ways").replaceChildren(...everywhere);
    return;
  }
  const query = new URLSearchParams({ country: country(), need: part("need").value });
  try {
    const found = await (await fetch(`/api/helplines?${query}`)).json();
    if (mine !== newest) return;
    const numbers = found.emergency.slice(0, 1);
    part("ways").replaceChildren(
      ...numbers.map((number) => way(`${say("In danger now:")} ${number}`, `tel:${number}`, "", "urgent")),
      ...found.lines.flatMap(waysOf),
    );
  } catch {
    // The lines shown before stay: they are better than none.
  }
}

function waysOf(line) {
  const about = [line.service, line.note, line.hours === "24/7" ? say("any hour") : line.hours];
  const small = about.filter(Boolean).join(" · ");
  const ways = [];
  if (line.call.length > 0) ways.push(way(`${say("Call")} ${line.call[0]}`, calling(line.call[0]), small));
  if (line.text) ways.push(way(`${say("Text")} ${line.text}`, texting(line.text), small));
  if (line.chat) ways.push(way(named(line), `https://${line.chat}`, small));
  return ways;
}

const named = ({ chat, country: place }) => (place === null ? chat : `${say("Chat at")} ${chat}`);

// "988, then press 1": a phone waits for a comma before it dials on.
const calling = (number) =>
  `tel:${number.replace(/, then (press )?/, ",").replace(/[^\d*#,+]/g, "").replace("#", "%23")}`;

function texting(text) {
  const [, word, number] = text.match(/^(?:(\w+) to )?([\d -]+)$/);
  const digits = number.replace(/\D/g, "");
  return word ? `sms:${digits}?&body=${word}` : `sms:${digits}`;
}

function way(words, address, small, kind = "") {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = address;
  link.textContent = words;
  link.className = kind;
  if (address.startsWith("https:")) Object.assign(link, { target: "_blank", rel: "noreferrer" });
  if (small && small !== words) {
    const who = document.createElement("small");
    who.textContent = small;
    link.append(" ", who);
  }
  item.append(link);
  return item;
}

part("country").addEventListener("change", () => {
  keep("country", country());
  showLines();
});
part("need").addEventListener("change", showLines);
onLanguage(() => {
  nameCountries();
  showLines();
});
