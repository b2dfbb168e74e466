// Makes elements of a report's blocks. Whatever stands in a file becomes text, never HTML.
"use strict";

const ROWS = 200; // of a table, before one asks for all: ten thousand take seconds

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

// A line of Markdown: code, bold, backslashes, links to lessons. Any other link keeps its words only.
function inline(markdown) {
  const made = document.createDocumentFragment();
  const mark = /\\([!-/:-@[-`{-~])|(`+)([^]*?[^`])\2(?!`)|\*\*|\[([^\]]*)\]\((\w*)[\w.#-]*\)/g;
  let into = made, at = 0, found;
  while ((found = mark.exec(markdown))) {
    into.append(markdown.slice(at, found.index));
    at = mark.lastIndex;
    if (found[1]) into.append(found[1]);
    else if (found[2]) into.append(element("code", {}, found[3]));
    else if (found[0] === "**") {
      if (into === made) made.append((into = element("strong")));
      else into = made;
    } else into.append(lesson(found[4], found[5]));
  }
  into.append(markdown.slice(at));
  return made;
}

function lesson(words, name) {
  const { lessons } = document.getElementById("served").dataset;
  return lessons && /^\d\d/.test(name) ? element("a", { href: lessons.replace("{}", name) }, words) : words;
}

function matcher(pattern) {
  if (!/[*?]/.test(pattern)) return (name) => name.includes(pattern);
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^]*").replaceAll("?", "[^]");
  const whole = new RegExp(`^${source}$`);
  return (name) => whole.test(name);
}

// A table whose rows can be filtered by name. The roles are for narrow windows, in which the rows become blocks.
function table(block) {
  const order = [...block.columns.keys()].sort((a, b) => rank(a) - rank(b));
  function rank(column) {
    return column === block.names ? -2 : block.columns[column] === "own name" ? -1 : column;
  }
  const style = (column) => {
    if (block.align[column] === "r") return "r";
    return ["dtype", "shape"].includes(block.columns[column]) ? "kind" : "";
  };
  const heads = order.map((column) => element("th", { scope: "col", role: "columnheader", className: style(column) }, block.columns[column]));
  const body = element("tbody", { role: "rowgroup" });
  const made = element("table", { role: "table", "aria-label": block.title, className: block.columns.includes("dtype") ? "tensors" : "" }, element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)), body);
  const more = element("button", { type: "button", hidden: true });
  let shown = block.rows;
  function cell(row, column) {
    const content = column === block.names || block.columns[column] === "own name" ? element("code", {}, row[column]) : row[column];
    return element("td", { role: "cell", className: style(column) }, content);
  }
  function fill(count) {
    body.replaceChildren(...shown.slice(0, count).map((row) => element("tr", { role: "row" }, ...order.map((column) => cell(row, column)))));
    more.hidden = shown.length <= count;
    more.textContent = `Show all ${shown.length}`;
  }
  more.addEventListener("click", () => fill(Infinity));
  fill(ROWS);
  return {
    made: [element("h3", {}, block.title), made, more],
    size: block.rows.length,
    filter(pattern) {
      const fits = matcher(pattern);
      const own = block.columns.indexOf("own name");
      shown = block.rows.filter((row) => fits(row[block.names]) || (own >= 0 && fits(row[own])));
      fill(ROWS);
      return shown.length;
    },
  };
}

function filterOf(tables) {
  const total = tables.reduce((sum, each) => sum + each.size, 0);
  if (total < 13) return null;
  const count = element("span", { className: "hint", role: "status" });
  const input = element("input", { type: "search", spellcheck: false, autocomplete: "off" });
  input.addEventListener("input", () => {
    const left = tables.reduce((sum, each) => sum + each.filter(input.value), 0);
    count.textContent = input.value ? `${left} of ${total}` : "";
  });
  return element("div", { className: "filter" }, element("label", {}, "Filter names: ", input), count);
}

// The elements of a report's blocks. The first line is its title.
function report(blocks) {
  const made = [], tables = [];
  let list = null, kind = "", titled = false, filterAt = -1;
  for (const block of blocks) {
    if (block.kind !== kind) list = null;
    kind = block.kind;
    if (kind === "fact") {
      if (!list) made.push((list = element("dl")));
      const text = element("dd", { className: block.style }, block.markdown === undefined ? block.text : inline(block.markdown));
      if (block.label || !list.lastChild) list.append(element("dt", {}, block.label));
      else text.style.gridColumn = "-2";
      list.append(text);
    } else if (kind === "item") {
      if (!list) made.push((list = element("ul")));
      list.append(element("li", {}, inline(block.markdown)));
    } else if (kind === "line") {
      if (block.style === "heading" && !titled) made.push(element("h2", {}, inline(block.markdown)));
      else if (block.style === "heading") made.push(element("h3", { className: "title" }, inline(block.markdown)));
      else made.push(element("p", { className: block.style }, inline(block.markdown)));
      titled = true;
    } else if (kind === "heading") made.push(element("h3", {}, block.text));
    else if (kind === "bullets") {
      made.push(element("h3", {}, inline(block.title)));
      made.push(element("ul", {}, ...block.items.map((item) => element("li", {}, inline(item)))));
    } else if (kind === "code") {
      if (block.why) made.push(element("p", {}, `${block.why}:`));
      made.push(element("pre", {}, element("code", {}, block.text)));
    } else if (kind === "table") {
      const rows = table(block);
      if (block.columns.includes("dtype")) {
        tables.push(rows);
        if (filterAt < 0) filterAt = made.length;
      }
      made.push(...rows.made);
    }
  }
  const filter = filterOf(tables);
  if (filter) made.splice(filterAt, 0, filter);
  return made;
}
