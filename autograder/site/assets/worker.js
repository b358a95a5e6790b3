// Runs Python for a page.
"use strict";

importScripts("pyodide_core.js");

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
  self.postMessage({ loading: "Loading Python. The first time takes some seconds." });
  const runner = await (await fetch(new URL("_static/runner.py", root))).text();
  const pyodide = await self.loadPyodide({ indexURL: address, integrity: config.integrity });
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
