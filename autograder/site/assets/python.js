// Python in a worker of its own, so that the page never waits for it and an endless loop can be stopped.

export class Stopped extends Error {}

export class Python {
  constructor(root, config, notebook) {
    Object.assign(this, { root, config, notebook, worker: null, waiting: new Map(), number: 0, tell() {} });
  }

  get running() {
    return this.waiting.size > 0;
  }

  // Asks the worker; `tell` hears what is being loaded.
  async ask(message, tell = () => {}) {
    this.tell = tell;
    this.start();
    const number = (this.number += 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      this.worker.postMessage({ ...message, number });
    });
  }

  start() {
    if (this.worker) return;
    this.worker = new Worker(new URL("worker.js", import.meta.url));
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => this.fail(new Error(event.message || "the worker could not start"));
    this.worker.postMessage({ kind: "start", root: this.root, config: this.config, notebook: this.notebook.text });
  }

  // Ends what runs and gets a new Python ready for the next check.
  stop() {
    this.tell = () => {}; // nobody waits for what loads now
    this.fail(new Stopped());
    this.start();
  }

  hear({ number, result, loading, fault }) {
    if (loading) return this.tell(loading);
    if (fault && number === undefined) return this.fail(new Error(fault));
    const { resolve, reject } = this.waiting.get(number) ?? {};
    this.waiting.delete(number);
    return fault ? reject?.(new Error(fault)) : resolve?.(result);
  }

  fail(error) {
    this.worker?.terminate();
    this.worker = null;
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    waiting.forEach(({ reject }) => reject(error));
  }
}
