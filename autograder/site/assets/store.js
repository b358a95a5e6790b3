// What a student has done in a chapter, kept in this browser: one entry for each exercise and written question.
// An entry belongs to a course, an assignment, a release and a name, and no release touches another's entries.

export class Store {
  constructor(course, assignment, release) {
    this.prefix = ["autograder", course, assignment].map(encodeURIComponent).join("/");
    this.release = release;
    this.known = new Map(); // what this tab has read or written, to notice another tab
    this.memory = new Map(); // in place of storage where there is none
    this.storage = usable();
  }

  key(name, release = this.release) {
    return `${this.prefix}/${release}/${encodeURIComponent(name)}`;
  }

  read(name, release = this.release) {
    const key = this.key(name, release);
    const raw = this.storage ? this.storage.getItem(key) : this.memory.get(key) ?? null;
    if (release === this.release) this.known.set(name, raw);
    return parsed(raw);
  }

  // Whether another tab has written since this one last looked.
  changedElsewhere(name) {
    return Boolean(this.storage) && this.storage.getItem(this.key(name)) !== (this.known.get(name) ?? null);
  }

  // Keeps an entry; false if this browser cannot.
  write(name, entry) {
    const raw = JSON.stringify({ ...entry, saved: Date.now() });
    try {
      if (this.storage) this.storage.setItem(this.key(name), raw);
      else this.memory.set(this.key(name), raw);
    } catch {
      return false;
    }
    this.known.set(name, raw);
    return Boolean(this.storage);
  }

  // The newest answers to earlier releases, by name.
  earlier(names) {
    const found = new Map();
    for (let at = 0; this.storage && at < this.storage.length; at += 1) {
      const key = this.storage.key(at);
      if (!key.startsWith(`${this.prefix}/`)) continue;
      const [release, name] = key.slice(this.prefix.length + 1).split("/").map(decodeURIComponent);
      const entry = parsed(this.storage.getItem(key));
      if (release === this.release || !names.includes(name) || !entry) continue;
      if (!found.has(name) || found.get(name).saved < entry.saved) found.set(name, entry);
    }
    return found;
  }
}

// The browser's storage, or nothing: a private window or a setting may forbid it.
function usable() {
  try {
    const storage = window.localStorage;
    storage.getItem("autograder");
    return storage;
  } catch {
    return null;
  }
}

function parsed(raw) {
  try {
    const entry = JSON.parse(raw);
    return entry && typeof entry.text === "string" ? entry : null;
  } catch {
    return null;
  }
}
