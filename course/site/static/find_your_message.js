// The filter of "Find your message". It asks nobody: all messages are on the page.
"use strict";

const MOST = 60000; // characters of a text, from its end, where a traceback has its error
const LONGEST_LINE = 4000; // of a longer one, as many from its beginning and its end
const LONG_WORD = /\S{400,}/g; // to search it would take time by the square of its length
const SPECIFIC = 24; // letters of a pattern that is also looked for without regard to capitals
const FIRST = 12; // messages of a group that are listed before one asks for more
const LIKE = 0.25; // of a message's words, by weight: with fewer, it is like another one by chance
const QUOTES = /["`´‘’‚‛“”„‟′″«»‹›「」『』＂＇]/g;
const COLORS = /\x1b?\[[0-9;]*m/g;
// What stands before a line that was quoted, in a box, in pytest's report, or in a log.
const AROUND = /^\s*(?:>(?!>>\s)\s?|[│┃|]\s?|E(?:\s{2,}(?=\S)|\s*$)|\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d[.,\d]*Z?\]?:?\s|[IWEF]\s[\w./]+\.cc:\d+\]\s)/;
const ERROR = /^(?:[A-Za-z_]\w*\.)*(?:[A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt|Iteration|Failure|Fault)|Error|Exception)(?: \(see above for traceback\))?(?:\s?:|$)/;
const NEXT = /^(?:\w+ *)?Traceback \(most recent call last|^(?:During handling of|The above exception was|Caused by op )|^=+ .+ =+$|^(?:FAILED|PASSED) |^In ?\[\d*\]:|^>>> |^--+$/;
const FRAME = /File '[^'\n]+', line \d|Traceback ?\(most recent|^\s*-+> *\d|\.pyc? in |\.py:\d+(?:: in |, in |: \w+Error)/m;
const SPEAKS = /error|fail|can ?not|can't|could not|couldn't|unable|invalid|not |no such|exhausted|denied|missing|mismatch/i;

const alike = (text) => text.replace(QUOTES, "'");
const inOneLine = (text) => text.replace(/\s+/g, " ").trim();
const wordsOf = (text) => [...new Set(text.toLowerCase().match(/[a-z]{3,}/g))];

function cleaned(line) {
  let text = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE / 2)} … ${line.slice(-LONGEST_LINE / 2)}` : line;
  text = text.replace(COLORS, "").replace(LONG_WORD, (word) => `${word.slice(0, 100)}…${word.slice(-100)}`);
  for (let before = null; before !== text; ) text = (before = text).replace(AROUND, "");
  return alike(text.trim());
}

// The errors that a text tells of, in their order: each its message, without the frames before it.
function errorsIn(lines) {
  const found = [];
  let message = null;
  for (const line of lines) {
    if (ERROR.test(line)) found.push((message = [line]));
    else if (NEXT.test(line)) message = null;
    else message?.push(line);
  }
  // A warning is no error where there is one, and nor is a Saver's search for a description of objects.
  const errors = found.filter(([line]) => !/^[\w.]*Warning\b|_CHECKPOINTABLE_OBJECT_GRAPH/.test(line));
  return (errors.length ? errors : found).map((each) => each.join("\n"));
}

// Python's marks for a part of a pattern (in any case, over several lines) are new to JavaScript: here they hold for all of it.
function expression(pattern, flags = "m") {
  const more = [...new Set(pattern.match(/(?<=\(\?)[is](?=:)/g))].filter((flag) => !flags.includes(flag));
  return new RegExp(pattern.replace(/\(\?[is]:/g, "(?:"), flags + more.join(""));
}

// A message of the page: where it stands, what it says, and how it is recognized.
class Entry {
  constructor(mark) {
    this.section = mark.closest("section");
    this.home = this.section.parentElement;
    this.said = alike(mark.dataset.message);
    this.low = inOneLine(this.said).toLowerCase();
    this.letters = Number(mark.dataset.letters);
    this.source = mark.dataset.pattern;
    this.word = mark.dataset.word;
    this.patterns = {};
    this.causes = JSON.parse(mark.dataset.causes);
  }

  // Whether one of its causes fits what else stands in a text. One that needs evidence is shown without it only where
  // the text is a message alone, and the cause says how to tell it.
  fits(text) {
    const says = (pattern) => Boolean(pattern) && expression(pattern).test(text);
    const alone = !FRAME.test(text);
    return this.causes.some(([when, unless, tells]) => !says(unless) && (!when || says(when) || (tells && alone)));
  }

  // Its section, taken from its place on the page. To move one is quick, where to move all would take seconds.
  take() {
    this.place ??= document.createComment("");
    if (!this.place.isConnected) this.section.replaceWith(this.place);
    return this.section;
  }

  return() {
    if (this.place?.isConnected) this.place.replaceWith(this.section);
  }

  get all() {
    return (this.text ??= inOneLine(alike(this.section.textContent)).toLowerCase());
  }

  // Whether a text has it. To look for one word first takes no time.
  isIn(text, flags) {
    const low = flags.includes("i") ? [text.toLowerCase(), this.word.toLowerCase()] : [text, this.word];
    if (!low[0].includes(low[1])) return false;
    this.patterns[flags] ??= expression(this.source, flags);
    return this.patterns[flags].test(text) || this.patterns[flags].test(inOneLine(text));
  }
}

// The messages that a pasted text has: those of its last error first, and of these the most exact ones. Apart from them
// the doubtful ones: in another line than the errors, or with causes of which none fits.
function recognized(entries, text) {
  const lines = text.slice(-MOST).split(/\r?\n/).map(cleaned);
  const errors = errorsIn(lines).reverse();
  const whole = lines.join("\n");
  for (const passages of errors.length ? [errors, [whole]] : [[whole]]) {
    for (const flags of ["m", "mi"]) {
      const known = flags === "m" ? entries : entries.filter((entry) => entry.letters >= SPECIFIC);
      const all = [...new Set(passages.flatMap((passage) => known.filter((entry) => entry.isIn(passage, flags))))];
      const sure = (entry) => passages[0] === (errors[0] ?? whole) && entry.fits(whole);
      if (all.length) return { found: all.filter(sure), doubtful: all.filter((entry) => !sure(entry)) };
    }
  }
  const asked = errors.length ? errors[0] : (lines.filter((line) => SPEAKS.test(line)).pop() ?? whole);
  return { found: [], doubtful: [], asked };
}

// The messages that have all of some words: in the message itself, and only in its causes or the advice.
function searched(entries, text) {
  const asked = inOneLine(alike(text)).toLowerCase();
  const words = asked.split(" ");
  const has = (place) => words.every((word) => place.includes(word));
  const saying = entries.filter((entry) => has(entry.low));
  const rank = (entry) => (entry.low.includes(asked) ? 0 : 1e6) + entry.low.length;
  saying.sort((a, b) => rank(a) - rank(b));
  return { saying, telling: entries.filter((entry) => !saying.includes(entry) && has(entry.all)) };
}

// The three messages that share the most words with a text, rare words counting more.
function nearest(entries, text) {
  const often = new Map();
  for (const entry of entries) for (const word of wordsOf(entry.said)) often.set(word, (often.get(word) ?? 0) + 1);
  const weigh = (words) => words.reduce((sum, word) => sum + Math.log(1 + entries.length / often.get(word)), 0);
  const mine = new Set(wordsOf(text));
  const scored = entries.map((entry) => {
    const words = wordsOf(entry.said);
    return { entry, share: weigh(words.filter((word) => mine.has(word))) / weigh(words) };
  });
  const alikes = scored.filter(({ share }) => share >= LIKE).sort((a, b) => b.share - a.share);
  return alikes.slice(0, 3).map(({ entry }) => entry);
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

document.addEventListener("DOMContentLoaded", () => {
  const entries = [...document.querySelectorAll(".message")].map((mark) => new Entry(mark));
  const exact = [...entries].sort((a, b) => b.letters - a.letters);
  const worlds = [...new Set(entries.map((entry) => entry.home))];
  const place = document.getElementById("message-filter");
  place.innerHTML = `
    <label for="message">Paste your message or the whole traceback, or type a few words of it</label>
    <textarea id="message" rows="3" spellcheck="false" autocomplete="off" aria-describedby="message-status"></textarea>
    <p id="message-status" role="status"></p>
    <div id="message-results"></div>`;
  const [field, status, results] = ["message", "message-status", "message-results"].map((id) => document.getElementById(id));

  // A message whose causes show when it is opened: until then its section stays where it is.
  function folded(entry) {
    const made = element("details", { className: "folded" }, element("summary", {}, element("code", {}, entry.said)));
    made.addEventListener("toggle", () => {
      if (!made.open) return;
      made.append(entry.take());
      letScroll(made);
    });
    return made;
  }

  // Code that is wider than its place is reached by the keyboard, to scroll it. The theme saw to that where it stood before.
  function letScroll(place) {
    for (const code of place.querySelectorAll("pre")) code.tabIndex = code.scrollWidth > code.clientWidth ? 0 : -1;
  }

  function group(title, found) {
    if (!found.length) return [];
    const list = element("div", {}, ...found.slice(0, FIRST).map(folded));
    const rest = found.slice(FIRST);
    if (rest.length) {
      const more = element("button", { type: "button" }, `Show ${rest.length} more`);
      more.addEventListener("click", () => {
        const added = rest.map(folded);
        more.replaceWith(...added);
        added[0].firstChild.focus();
      });
      list.append(more);
    }
    return [element("h2", {}, title), list];
  }

  // Puts the sections that were moved to the results back, each into its place.
  function home() {
    for (const entry of entries) entry.return();
  }

  function show() {
    const text = field.value.trim();
    for (const world of worlds) world.hidden = Boolean(text);
    home();
    results.hidden = !text;
    results.replaceChildren();
    if (!text) {
      status.textContent = `${entries.length} messages are here. Below stand all of them, by what saves and restores.`;
      return;
    }
    const { found, doubtful, asked } = recognized(exact, text);
    if (found.length) tell(found, doubtful);
    else if (doubtful.length) tellDoubtful(doubtful);
    else tellWords(searched(entries, text), asked);
    letScroll(results);
  }

  function best(entry, title) {
    return [element("h2", {}, title), element("div", { className: "best" }, entry.take())];
  }

  // The text has messages of the page.
  function tell([first, ...others], doubtful) {
    const count = 1 + others.length + doubtful.length;
    status.textContent = `${count} of ${entries.length} messages ${count > 1 ? "fit. The one that fits best is open" : "fits"}.`;
    results.append(...best(first, "Your message"), ...group("Also in your text, or less exact", [...others, ...doubtful]));
  }

  function tellDoubtful(found) {
    const count = `${found.length} of ${entries.length} messages`;
    status.textContent = `${count} may be yours: read whether a cause fits. None is certain, from what your text has.`;
    results.append(...group("Perhaps yours", found));
  }

  // It has none, so its words are looked for.
  function tellWords({ saying, telling }, asked) {
    const count = saying.length + telling.length;
    if (!count) return tellNone(asked);
    const [first, ...others] = saying;
    const where = [saying.length && `${saying.length} in what it says`, telling.length && `${telling.length} in causes and advice only`];
    const have = count === 1 ? "has" : "have";
    status.textContent = `${count} of ${entries.length} messages ${have} these words: ${where.filter(Boolean).join(", ")}.`;
    if (first) results.append(...best(first, others.length ? "The best match" : "The one match"));
    results.append(...group("Others that say it", others), ...group("Only in causes and advice", telling));
  }

  function tellNone(asked) {
    const near = nearest(entries, asked);
    const below = near.length ? "what to do next, and the nearest by their words" : "what to do next";
    status.textContent = `None of the ${entries.length} messages has this. Below: ${below}.`;
    const step = (...children) => element("li", {}, ...children);
    const code = (text) => element("code", {}, text);
    results.append(
      element("ul", {},
        step("Take fewer words, without names, numbers and paths of your own; or paste the last line of the traceback alone."),
        step("In a terminal, ", code("python3 -m tfckpt explain"), " also knows messages that are cut, or spelled in another way. ", element("a", { href: "index.html#get-the-folder" }, "Get the folder first"), "."),
        step("No message at all? ", element("a", { href: "what_is_in_this_checkpoint.html" }, "Look into the checkpoint"), " itself."),
        step("Still nothing? ", element("a", { href: "CONTRIBUTING.html" }, "Report the message"), ", so that it gets its place here."),
      ),
      ...group("The nearest, none of which may be yours", near),
    );
  }

  // Whoever follows a link to a message that is filtered away sees it.
  function showLinked() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!field.value || !target?.closest("section[hidden], #message-results")) return;
    field.value = "";
    show();
    target.scrollIntoView();
  }
  field.addEventListener("input", show);
  addEventListener("hashchange", showLinked);
  show();
});
