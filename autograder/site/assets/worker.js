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
    if (data.kind === "run") await python.loadDrawing();
    const result = JSON.parse(python[data.kind](JSON.stringify(data)));
    self.postMessage({ number: data.number, result });
  } catch (error) {
    self.postMessage({ number: data.number, fault: String(error.message ?? error) });
  }
};

async function start({ root, config, notebook }) {
  const address = new URL(config.address, root).href;
  self.postMessage({ loading: "Loading Python. The first time takes some seconds." });
  const wheel = bytes(address + config.numpy.file, { integrity: config.numpy.integrity });
  wheel.catch(() => {}); // said below
  const runner = fetch(new URL("_static/runner.py", root)).then((response) => response.text());
  const pyodide = await startedPython({ indexURL: address, integrity: config.integrity });
  addNumPy(pyodide, await wheel);
  let drawing = false;
  const loadDrawing = async () => {
    if (drawing) return;
    self.postMessage({ loading: "Loading what draws pictures." });
    const packages = await pyodide.loadPackage("matplotlib", { messageCallback() {}, errorCallback() {} });
    if (!packages.some((one) => one.name === "matplotlib")) throw new Error("matplotlib did not arrive unchanged");
    drawing = true;
  };
  self.readData = (name) => {
    const request = new XMLHttpRequest();
    request.open("GET", new URL(`data/${name}.json`, root), false);
    request.send();
    if (request.status !== 200) throw new Error(`the data ${name} cannot be loaded`);
    return request.responseText;
  };
  pyodide.globals.set("NOTEBOOK", notebook);
  pyodide.runPython(await runner);
  const own = pyodide.globals.get("worker");
  self.postMessage({ loading: "Running." });
  return { loadDrawing, check: (message) => own.check(message), run: (message) => own.run(message) };
}

async function bytes(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.arrayBuffer();
}

// Python as it is after its start: its memory is kept in this browser, and restored in a fifth of the time that a start
// takes. Without a place to keep it, or if what was kept does not fit, Python starts.
async function startedPython(options) {
  const store = await self.caches?.open("autograder-python").catch(() => null);
  if (!store) return self.loadPyodide(options);
  const key = `${options.indexURL}?${options.integrity["pyodide.asm.wasm"]}`;
  try {
    let memory = await (await store.match(key))?.arrayBuffer();
    if (!memory) {
      memory = (await self.loadPyodide({ ...options, _makeSnapshot: true })).makeMemorySnapshot();
      await Promise.all((await store.keys()).map((old) => store.delete(old)));
      store.put(key, new Response(memory)).catch(() => {}); // no room
    }
    return await self.loadPyodide({ ...options, _loadSnapshot: new Uint8Array(memory) });
  } catch {
    await store.delete(key);
    return self.loadPyodide(options);
  }
}

// Pyodide's own way of loading a package makes all of NumPy's libraries ready, which takes longer than all the rest. This way
// Python does so with those that it imports, as it may in a worker.
function addNumPy(pyodide, wheel) {
  const extractDir = pyodide.runPython("import site; site.getsitepackages()[0]");
  pyodide.unpackArchive(wheel, "wheel", { extractDir });
  pyodide.loadedPackages.numpy = "the site";
}
