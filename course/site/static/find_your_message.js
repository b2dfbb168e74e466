// The filter of "Find your message". It asks nobody: all messages are on the page.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("message-filter");
  const plain = (text) => text.replace(/["`´‘’“”„«»]/g, "'").replace(/\s+/g, " ");
  const entries = [...document.querySelectorAll(".message")].map((mark) => {
    const section = mark.closest("section");
    let pattern = null;
    try {
      pattern = new RegExp(mark.dataset.pattern, "m");
    } catch {
      // written for Python; its words are searched all the same
    }
    return { section, pattern, text: plain(section.textContent).toLowerCase() };
  });
  const worlds = [...new Set(entries.map((entry) => entry.section.parentElement.closest("section")))];

  place.innerHTML = `
    <label for="message">A few words of your message, or all of it with its traceback</label>
    <textarea id="message" rows="3" spellcheck="false" autocomplete="off"></textarea>
    <p role="status"></p>`;
  const field = place.querySelector("textarea");
  const status = place.querySelector("[role=status]");

  function show() {
    const asked = plain(field.value).trim();
    const words = asked.toLowerCase().split(" ");
    let found = entries.filter((entry) => asked && entry.pattern?.test(asked));
    if (!found.length) found = entries.filter((entry) => words.every((word) => entry.text.includes(word)));
    for (const entry of entries) entry.section.hidden = !found.includes(entry);
    for (const world of worlds) {
      world.hidden = !found.some((entry) => world.contains(entry.section));
    }
    status.textContent = !asked
      ? `${entries.length} messages.`
      : found.length
        ? `${found.length} of ${entries.length} messages.`
        : "No message here has these words. Try fewer of them, without names and paths of your own.";
  }
  // Whoever follows a link to a message that is filtered away sees it.
  function showLinked() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("section[hidden]")) return;
    field.value = "";
    show();
    target.scrollIntoView();
  }
  field.addEventListener("input", show);
  addEventListener("hashchange", showLinked);
  show();
});
