// Runs Python for a page. Every file of Pyodide is checked before it is used: the core against the site's own hashes,
// packages against Pyodide's lock, which is one of the checked files.
"use strict";

let ready = null; // the promise of what runner.py offers

self.onmessage = async ({ data }) => {
  if (data.kind === "start") {
    ready = start(data);
    ready.catch((error) => self.postMessage({ fault: `Python could not be loaded: ${error.message ?? error}` }));
    return;
  }
  try {
    const python = await ready;
    if (data.kind === "run") await python.load("matplotlib");
    const result = JSON.parse(python[data.kind](JSON.stringify(data)));
    self.postMessage({ number: data.number, result });
  } catch (error) {
    self.postMessage({ number: data.number, fault: String(error.message ?? error) });
  }
};

async function start({ root, config, notebook }) {
  const address = new URL(config.address, root).href;
  const plain = self.fetch.bind(self);
  self.fetch = (input, options = {}) => {
    const url = typeof input === "string" ? input : input.url ?? String(input);
    const integrity = url.startsWith(address) ? config.integrity[url.slice(address.length)] : undefined;
    return plain(input, integrity ? { ...options, integrity } : options);
  };
  self.postMessage({ loading: "Loading Python. The first time takes some seconds." });
  for (const name of ["pyodide.asm.js", "pyodide.js"]) await runScript(address + name);
  const runner = await (await plain(new URL("_static/runner.py", root))).text();
  const pyodide = await self.loadPyodide({ indexURL: address });
  const loaded = new Set();
  const load = async (name) => {
    if (loaded.has(name)) return;
    self.postMessage({ loading: name === "numpy" ? "Loading NumPy." : "Loading what draws pictures." });
    const packages = await pyodide.loadPackage(name, { checkIntegrity: true, messageCallback() {}, errorCallback() {} });
    if (!packages.some((one) => one.name === name)) throw new Error(`the package ${name} did not arrive unchanged`);
    loaded.add(name);
  };
  await load("numpy");
  self.readData = (name) => {
    const request = new XMLHttpRequest();
    request.open("GET", new URL(`data/${name}.json`, root), false);
    request.send();
    if (request.status !== 200) throw new Error(`the data ${name} cannot be loaded`);
    return request.responseText;
  };
  pyodide.globals.set("NOTEBOOK", notebook);
  pyodide.runPython(runner);
  const own = pyodide.globals.get("worker");
  self.postMessage({ loading: "Running." });
  return { load, check: (message) => own.check(message), run: (message) => own.run(message) };
}

// Fetched with its hash checked, then run; importScripts by itself checks nothing.
async function runScript(url) {
  const response = await self.fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const own = URL.createObjectURL(new Blob([await response.text()], { type: "text/javascript" }));
  self.importScripts(own);
  URL.revokeObjectURL(own);
}
