// Files that come, and one that goes to the disk.
"use strict";

const MOST_FILES = 5000;

// What was dropped: a list of pairs [path, File]. Folders are opened.
async function filesIn(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => [file.name, file]);
  const found = [];
  async function open(entry, path) {
    if (found.length > MOST_FILES) return;
    if (entry.isFile) {
      found.push([path, await new Promise((resolve, reject) => entry.file(resolve, reject))]);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const inside = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!inside.length) return;
      for (const each of inside) await open(each, `${path}/${each.name}`);
    }
  }
  for (const entry of entries) await open(entry, entry.name);
  return found;
}

function bytes(count) {
  if (count < 1000) return `${count} bytes`;
  const power = Math.min(Math.floor(Math.log10(count) / 3), 4);
  return `${Number((count / 1000 ** power).toPrecision(3))} ${["", "kB", "MB", "GB", "TB"][power]}`;
}

function save(fields, name) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(fields, null, 2)], { type: "application/json" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
