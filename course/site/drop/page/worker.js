// Runs tfckpt in Python, apart from the page. It is imported from a blob, which takes over the page's
// Content-Security-Policy: so Python, too, reaches nothing but the server that the page came from.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = (name) => new URL(name, import.meta.url).href;
const PERIOD = 100; // milliseconds between two words of progress
let python, dropped, look, unfetched, told = 0, laid = 0;

function tell(done, total) {
  if (Date.now() - told < PERIOD && done < total) return;
  told = Date.now();
  postMessage({ done, total });
}

// CRC-32C eight bytes at a time ("slicing by 8"). In Python, it would take a minute where this takes a second.
const TABLES = (() => {
  const tables = [new Int32Array(256)];
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    tables[0][byte] = value;
  }
  for (let number = 1; number < 8; number++) {
    tables.push(tables[number - 1].map((value) => (value >>> 8) ^ tables[0][value & 0xff]));
  }
  return tables;
})();

function crc32c(checksum, bytes) {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  let crc = ~checksum, at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    crc =
      t7[crc & 0xff] ^ t6[(crc >>> 8) & 0xff] ^ t5[(crc >>> 16) & 0xff] ^ t4[crc >>> 24] ^
      t3[bytes[at + 4]] ^ t2[bytes[at + 5]] ^ t1[bytes[at + 6]] ^ t0[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) crc = t0[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

// What tfckpt imports as google_crc32c.
const google_crc32c = {
  extend(checksum, data) {
    const buffer = data.getBuffer("u8");
    try {
      return crc32c(checksum, buffer.data);
    } finally {
      buffer.release();
    }
  },
};

// Counts what is loaded, for the progress bar.
function counted(fetch, total) {
  let done = 0;
  return async (...request) => {
    const response = await fetch(...request);
    if (!response.ok) throw (unfetched = new Error(`the server says ${response.status} to ${response.url}`));
    const counter = new TransformStream({
      transform(chunk, out) {
        tell((done += chunk.length), total);
        out.enqueue(chunk);
      },
    });
    const { status, headers } = response;
    return new Response(response.body.pipeThrough(counter), { status, headers });
  };
}

async function load(total) {
  const fetched = self.fetch;
  self.fetch = counted(fetched, total);
  try {
    const program = self.fetch(here("tfckpt.zip")).then((response) => response.arrayBuffer());
    python = await loadPyodide({ indexURL: here("pyodide/") });
    python.unpackArchive(await program, "zip", { extractDir: "/program" });
  } catch (error) {
    throw unfetched ?? error; // Pyodide itself tells less
  } finally {
    self.fetch = fetched;
  }
  python.registerJsModule("google_crc32c", google_crc32c);
  python.runPython("import sys; sys.path.insert(0, '/program')");
  dropped = python.pyimport("inside.dropped");
  look = python.pyimport("inside.look");
}

// The files are mounted under their numbers: they are read when Python reads them, piece by piece. Models become folders
// of links to them. By its name, tfckpt takes their folder for a store, whose files belong to the model.
function lay(paths, files) {
  const { FS } = python;
  if (FS.analyzePath("/blobs").exists) FS.unmount("/blobs");
  else FS.mkdir("/blobs");
  const blobs = files.map((data, number) => ({ name: String(number), data }));
  FS.mount(FS.filesystems.WORKERFS, { blobs }, "/blobs");
  // The file system is a JavaScript object: to it, this is no name.
  const list = python.toPy(paths.map((path) => path.replace(/(^|\/)__proto__(?=\/|$)/g, "$1__proto__ (renamed)")));
  try {
    return dropped.lay_out(list, "/blobs", `/dropped-${++laid}`);
  } finally {
    list.destroy();
  }
}

const calls = {
  load: ({ total }) => load(total),
  lay: ({ paths, files }) => JSON.parse(lay(paths, files)),
  look: ({ path, verify }) => JSON.parse(look.look(path, verify, tell)),
  explain: ({ text }) => JSON.parse(look.explain(text)),
  compare: ({ left, right }) => JSON.parse(look.compare(left, right)),
};

onmessage = async ({ data: { id, call, ...fields } }) => {
  try {
    postMessage({ id, result: await calls[call](fields) });
  } catch (error) {
    // Python's own sentence is the last line of its traceback.
    postMessage({ id, error: String(error.message ?? error).trim().split("\n").pop() });
  }
};
