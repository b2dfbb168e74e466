// The page: takes files, asks the worker, shows what it says.
"use strict";

// The theme that was chosen in the site, if one was.
try {
  const theme = localStorage.getItem("mode");
  if (["light", "dark"].includes(theme)) document.documentElement.dataset.theme = theme;
} catch {} // storage is switched off: then it is the system's theme

const OPEN = 5; // reports that are made at once; the others when they are opened
const ICONS = { bad: "✗", warn: "!", good: "✓", plain: "·" };
const at = (id) => document.getElementById(id);
const served = location.protocol.startsWith("http");
let files = new Map(); // what is looked at: the path of each file, and the File
let sample = false; // whether these are from the course
let missing = new Set(); // names of files that the last look asked for
let turn = 0; // counts up: an answer to an earlier drop is not shown

function say(text) {
  at("status").textContent = text;
}

// Shows how far it is; null when it is done.
function progress(label, stoppable) {
  at("progress").hidden = label === null;
  at("bar-label").textContent = label ?? "";
  at("bar").removeAttribute("value");
  at("stop").hidden = !stoppable;
}

function failed(error) {
  say(error.message);
}

// More files. They join those that are there, but where one of the same name is there already, they get a folder.
async function take(pairs, fromCourse = false) {
  if (!pairs.length) return say("There was no file in it. Drop files or a folder, or choose some.");
  if (pairs.length > MOST_FILES) return say(`These are more than ${MOST_FILES} files. Drop the folder of one model, or its files.`);
  if (sample || fromCourse) files = new Map();
  sample = fromCourse;
  const tops = new Set([...files.keys()].map((path) => path.split("/")[0]));
  let into = "";
  for (let number = 2; !missing.size && pairs.some(([path]) => tops.has(into.slice(0, -1) || path.split("/")[0])); number++) into = `drop ${number}/`;
  files = new Map([...files, ...pairs.map(([path, file]) => [into + path, file])]);
  await show();
}

async function show() {
  const now = ++turn;
  for (const id of ["difference", "reports"]) at(id).replaceChildren();
  at("comparing").hidden = true;
  listFiles();
  say(python.ready ? "Looking at it…" : "Loading Python. What was dropped is looked at right after that.");
  try {
    const things = await python.call("things");
    if (now !== turn) return;
    missing = new Set();
    offer(things);
    const said = [];
    if (things.length === 2 && things.every((each) => each.compare?.length)) {
      const verdict = await compare(things[0].path, things[1].path);
      if (verdict) said.push(verdict);
    }
    for (const [number, thing] of things.entries()) {
      const card = element("article", { className: "card" });
      at("reports").append(card);
      if (number < OPEN) said.push(await look(thing, card));
      else later(thing, card);
      if (now !== turn) return;
    }
    if (!things.length) said.push("There is nothing in it that is known here.");
    say(said.join(" ") + (things.length > OPEN ? ` And ${things.length - OPEN} more.` : ""));
  } catch (error) {
    if (now === turn) failed(error);
  }
}

function listFiles() {
  const total = [...files.values()].reduce((sum, file) => sum + file.size, 0);
  const shown = [...files].slice(0, 200);
  at("dropped").hidden = !files.size;
  at("count").textContent = `${files.size} ${files.size === 1 ? "file" : "files"}, ${bytes(total)}${sample ? ", from the course" : ""}`;
  at("list").replaceChildren(...shown.map(([path, file]) => element("li", {}, element("code", {}, path), ` ${bytes(file.size)}`)));
  if (files.size > shown.length) at("list").append(element("li", {}, `and ${files.size - shown.length} more`));
}

// Fills the choice of what to compare, where there are two.
function offer(things) {
  const paths = [...new Set(things.flatMap((thing) => thing.compare ?? []))];
  at("comparing").hidden = paths.length < 2;
  const firsts = things.filter((thing) => thing.compare?.length).map((thing) => thing.compare[0]);
  for (const [number, id] of ["left", "right"].entries()) {
    at(id).replaceChildren(...paths.map((path) => element("option", { value: path }, path)));
    if (paths.length > 1) at(id).value = firsts[number] ?? paths[number];
  }
}

function verdictOf(level, words) {
  return element("p", { className: `verdict ${level}` }, element("span", { "aria-hidden": "true" }, `${ICONS[level]} `), words);
}

// Looks at one thing and fills its card. Returns what to say of it.
async function look(thing, card, verify = false) {
  const answer = thing.error ? thing : await python.call("look", { path: thing.path, verify });
  if (answer.error) {
    card.className = "card bad";
    card.replaceChildren(element("h2", {}, element("code", {}, thing.path)), verdictOf("bad", "Not looked at"), element("p", {}, answer.error));
    return `${thing.path}: ${answer.error}`;
  }
  card.className = `card ${answer.level}`;
  const [title, ...rest] = report(answer.blocks);
  const facts = rest.length && rest[0].tagName === "DL" ? rest.splice(0, 1) : [];
  card.replaceChildren(title, verdictOf(answer.level, answer.words), ...facts, ...wanted(answer), actions(thing, card, answer), ...rest);
  return `${thing.path}: ${answer.words}.`;
}

// What else to drop.
function wanted({ missing: names, hint }) {
  if (hint) return [element("p", {}, hint)];
  if (!names.length) return [];
  for (const name of names) missing.add(name);
  const said = element("p", {}, "To see more, drop also: ");
  names.forEach((name, number) => said.append(number ? ", " : "", element("code", {}, name)));
  return [said];
}

function button(text, click) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", click);
  return made;
}

function actions(thing, card, answer) {
  const made = element("div", { className: "actions" });
  if (answer.verify) made.append(button("Compare all checksums", () => verify(thing, card)));
  if (answer.graph) made.append(button("Does it fit its graph?", () => compare(answer.prefix, answer.graph).then((words) => words && say(words), failed)));
  made.append(button("Save as JSON", () => save(answer.json, `${thing.path.split("/").pop()}.json`)));
  return made;
}

async function verify(thing, card) {
  const now = turn;
  say("Reading all values…");
  progress("Comparing checksums", true);
  try {
    const words = await look(thing, card, true);
    if (now === turn) say(words);
  } catch (error) {
    failed(error);
  } finally {
    progress(null);
  }
}

function later(thing, card) {
  const details = element("details", {}, element("summary", {}, element("code", {}, thing.path)));
  details.addEventListener("toggle", () => look(thing, card).then(say, failed), { once: true });
  card.append(details);
}

// Compares two, shows how they differ, and returns what to say of it.
async function compare(left, right) {
  const now = turn;
  const answer = await python.call("compare", { left, right });
  if (now !== turn) return null;
  const card = element("article", { className: `card ${answer.error ? "bad" : answer.level}` });
  if (answer.error) {
    card.append(element("h2", {}, element("code", {}, left), " and ", element("code", {}, right)), verdictOf("bad", "Not compared"), element("p", {}, answer.error));
  } else {
    card.append(...report(answer.blocks), element("div", { className: "actions" }, button("Save as JSON", () => save(answer.json, "diff.json"))));
  }
  at("difference").replaceChildren(card);
  return answer.error ?? answer.json.verdict;
}

// What a message means. It is read here as well, and goes nowhere.
async function explain() {
  const text = at("message").value;
  if (!text.trim()) return say("Paste a message first.");
  say(python.ready ? "Looking it up…" : "Loading Python. The message is looked up right after that.");
  try {
    await python.start();
    const answer = await python.ask("explain", { text });
    if (answer.error) throw new Error(answer.error);
    at("explained").replaceChildren(...report(answer.blocks));
    at("explained").className = answer.json.known ? "card" : "card warn";
    at("explained").hidden = false;
    say(answer.json.known ? "The explanation is below the message." : "This message is not one of those that are known here.");
  } catch (error) {
    failed(error);
  }
}

async function takeSample(name) {
  try {
    const pairs = [];
    for (const file of at("served").dataset[name].split(" ")) {
      const response = await fetch(`sample/${file}`);
      if (!response.ok) throw new Error(`The server has no sample/${file}.`);
      pairs.push([file, new File([await response.blob()], file)]);
    }
    await take(pairs, true);
  } catch (error) {
    failed(error);
  }
}

function listen() {
  for (const id of ["files", "folder"]) {
    at(id).addEventListener("change", ({ target }) => {
      const chosen = [...target.files].map((file) => [file.webkitRelativePath || file.name, file]);
      target.value = ""; // so that the same ones can be chosen again
      take(chosen);
    });
  }
  const zone = at("zone");
  for (const name of ["pointerenter", "focusin"]) zone.addEventListener(name, () => python.start().catch(failed), { once: true });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
    python.start().catch(failed);
  });
  addEventListener("dragleave", (event) => event.relatedTarget || zone.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    filesIn(event.dataTransfer).then(take).catch((error) => say(`A file of it cannot be opened: ${error.message}`));
  });
  for (const each of document.querySelectorAll("[data-sample]")) each.addEventListener("click", () => takeSample(each.dataset.sample));
  at("explain").addEventListener("click", explain);
  at("stop").addEventListener("click", () => python.end("Stopped. Nothing more was read."));
  at("compare").addEventListener("click", () => compare(at("left").value, at("right").value).then((words) => words && say(words), failed));
  at("again").addEventListener("click", () => {
    files = new Map();
    missing = new Set();
    turn++;
    for (const id of ["difference", "reports"]) at(id).replaceChildren();
    at("comparing").hidden = at("dropped").hidden = true;
    say("Nothing is here any more. Drop other files.");
    at("files").focus();
  });
}

// Opened as a file: the command to type has the path of this site, from whatever folder it is typed.
function tellFolder() {
  const [page, ...site] = decodeURIComponent(location.pathname).split("/").slice(0, -1).reverse();
  const path = site.reverse().join("/").replace(/^\/(?=[A-Za-z]:)/, "");
  at("site-folder").textContent = /[^\w./:-]/.test(path) ? `"${path}"` : path;
  at("served-at").href = at("served-at").textContent = `http://127.0.0.1:8000/${page}/`;
}

if (location.protocol === "file:") tellFolder();
if (served) {
  at("unserved").hidden = true;
  at("served").hidden = false;
  listen();
}
