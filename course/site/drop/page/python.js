// Python, in a worker of its own. The page asks it, and it answers.
"use strict";

// The worker, which starts with the first file. After "Stop", or where Python has died, another one starts.
const python = {
  worker: null, ready: null, waiting: new Map(), number: 0, laid: null,

  start() {
    if (this.ready) return this.ready;
    const source = `import ${JSON.stringify(new URL("worker.js", document.baseURI).href)};`;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.worker = new Worker(address, { type: "module" });
    this.worker.onmessage = ({ data }) => this.heard(data);
    this.worker.onerror = (event) => this.end(event.message || "the browser does not say why");
    progress(`Loading Python (${at("served").dataset.size}), once`, false);
    this.ready = this.ask("load", { total: Number(at("served").dataset.bytes) }).catch((error) => {
      throw new Error(`Python could not be loaded: ${error.message}. Is the server still there? Reload the page; if that does not help, try a newer browser, or another one.`);
    }).finally(() => progress(null));
    return this.ready;
  },

  ask(call, fields) {
    return new Promise((resolve, reject) => {
      const id = ++this.number;
      this.waiting.set(id, { resolve, reject, call });
      this.worker.postMessage({ id, call, ...fields });
    });
  },

  heard({ id, result, error, done, total }) {
    if (id === undefined) {
      at("bar").value = Math.min(done / total, 1);
      return;
    }
    const { resolve, reject, call } = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) return resolve(result);
    // What is wrong with a file is an answer. This is something else: Python may have died of it, so it starts anew.
    reject(new Error(call === "load" ? error : `A mistake in this page, not in your files: ${error}. Please report it.`));
    this.end();
  },

  end(why = "Stopped.") {
    this.worker?.terminate();
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
    this.worker = this.ready = this.laid = null;
    progress(null);
  },

  // Asks about the files that are there now.
  async call(call, fields) {
    await this.start();
    if (this.laid !== files) {
      const laid = files;
      this.things = await this.ask("lay", { paths: [...laid.keys()], files: [...laid.values()] });
      this.laid = laid;
    }
    return call === "things" ? this.things : this.ask(call, fields);
  },
};
