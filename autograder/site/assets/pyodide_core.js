// Defines loadPyodide for a worker so that the files of Pyodide's core are checked against their hashes before they are used.
// Pyodide itself checks packages against its lock, which is one of these files.
"use strict";

self.loadPyodide = async ({ indexURL, integrity, ...options }) => {
  const plain = self.fetch.bind(self);
  self.fetch = (input, request = {}) => {
    const url = typeof input === "string" ? input : input.url ?? String(input);
    const wanted = url.startsWith(indexURL) ? integrity[url.slice(indexURL.length)] : undefined;
    return plain(input, wanted ? { ...request, integrity: wanted } : request);
  };
  for (const name of ["pyodide.asm.js", "pyodide.js"]) await runScript(indexURL + name);
  return self.loadPyodide({ ...options, indexURL }); // Pyodide's own
};

// Fetched with its hash checked, then run; importScripts by itself checks nothing.
async function runScript(url) {
  const response = await self.fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const own = URL.createObjectURL(new Blob([await response.text()], { type: "text/javascript" }));
  self.importScripts(own);
  URL.revokeObjectURL(own);
}
