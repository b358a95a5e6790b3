// Makes a chapter of the book a place to work in, and shows on the first page how far one has come.
// What students write is only ever set as text, never as markup.
import { Notebook } from "./notebook.js";
import { Python, Stopped } from "./python.js";
import { Store } from "./store.js";

const ROOT = new URL("../", import.meta.url).href;
const IN_JUPYTER = "The book works all the same. To work on the exercises, download the notebook and open it in Jupyter.";

// An element with properties, attributes that begin with a dash or `data-`, and children.
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

function button(text, onclick) {
  return element("button", { type: "button", className: "course-button", onclick }, text);
}

async function get(path) {
  const response = await fetch(new URL(path, ROOT));
  if (!response.ok) throw new Error(`${path} answers ${response.status}`);
  return response.text();
}

class Chapter {
  constructor(site, name, notebook, createEditor) {
    this.info = site.chapters[name];
    this.name = name;
    this.notebook = notebook;
    this.createEditor = createEditor;
    this.store = new Store(site.course, name, this.info.release);
    this.python = new Python(ROOT, site.python, notebook);
    this.answers = new Map();
    this.addBar();
    for (const place of document.querySelectorAll("[data-exercise]")) this.add(new Exercise(this, place));
    for (const place of document.querySelectorAll("[data-answer]")) this.add(new Written(this, place));
    for (const place of document.querySelectorAll("[data-cell]")) new Picture(this, place);
    window.addEventListener("storage", () => this.answers.forEach((answer) => answer.lookElsewhere()));
    this.offerEarlier();
    if (!this.store.storage) this.say("This browser keeps nothing for this page. Download your notebook before you close it.");
    if (typeof WebAssembly !== "object") this.say(`This browser cannot run Python, so nothing can be checked here. ${IN_JUPYTER}`);
    this.showProgress();
  }

  add(answer) {
    this.answers.set(answer.name, answer);
  }

  // The texts of all exercises that somebody has begun, in their order.
  sources() {
    const begun = [...this.answers.values()].filter((answer) => answer.begun);
    return Object.fromEntries(begun.map((answer) => [answer.name, answer.text]));
  }

  addBar() {
    this.progress = element("p", { className: "course-progress-line", role: "status" });
    this.notices = element("div", { className: "course-notices", "aria-live": "polite" });
    const file = element("input", { type: "file", accept: ".ipynb", "aria-label": "Read answers from a notebook", hidden: true });
    file.onchange = () => file.files[0]?.text().then((text) => this.readIn(text)).finally(() => (file.value = ""));
    const buttons = () => [button("Download my notebook", () => this.download()), button("Read a notebook in", () => file.click())];
    const { jupyterlite } = this.info;
    const lite = jupyterlite ? [element("a", { href: new URL(jupyterlite, ROOT).href }, "Open in JupyterLite")] : [];
    const heading = document.querySelector("article h1, main h1");
    heading.after(element("div", { className: "course-bar" }, this.progress, ...buttons(), ...lite, file, this.notices));
    heading.closest("section").append(element("div", { className: "course-bar" }, ...buttons()));
  }

  say(text, ...actions) {
    const notice = element("div", { className: "course-notice" }, element("p", {}, text));
    const close = () => notice.remove();
    notice.append(...actions.map(([label, act]) => button(label, () => (close(), act()))));
    if (!actions.length) notice.append(button("Close", close));
    this.notices.append(notice);
  }

  showProgress() {
    const passed = this.info.exercises.filter((name) => this.answers.get(name)?.passed).length;
    this.progress.textContent = `${passed} of ${this.info.exercises.length} exercises pass their check.`;
  }

  download() {
    const url = URL.createObjectURL(new Blob([this.notebook.filled(this.sources())], { type: "application/x-ipynb+json" }));
    const link = element("a", { href: url, download: `${this.name}.ipynb` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  readIn(text) {
    let found;
    try {
      found = this.notebook.answersIn(text, [...this.answers.keys()]);
    } catch (error) {
      this.say(error.message);
      return;
    }
    this.take(found, "notebook");
  }

  // Puts answers into their places; asks first where another answer stands.
  take(found, whence) {
    const entries = Object.entries(found);
    const mine = entries.filter(([name, text]) => this.answers.get(name).begun && this.answers.get(name).text !== text);
    const free = entries.filter((entry) => !mine.includes(entry));
    free.forEach(([name, text]) => this.answers.get(name).replace(text));
    const count = (many) => `${many.length} ${many.length === 1 ? "answer" : "answers"}`;
    if (!mine.length) this.say(`${count(free)} read from the ${whence}.`);
    else {
      this.say(
        `${count(mine)} in the ${whence} (${mine.map(([name]) => name).join(", ")}) differ from what you wrote here.`,
        ["Replace mine", () => mine.forEach(([name, text]) => this.answers.get(name).replace(text))],
        ["Keep mine", () => {}],
      );
    }
  }

  offerEarlier() {
    const earlier = this.store.earlier([...this.answers.keys()]);
    const useful = [...earlier].filter(([name, entry]) => !this.answers.get(name).begun && entry.text.trim());
    if (!useful.length) return;
    this.say(
      `This chapter has changed since you worked on it. You have ${useful.length} answers to the earlier release.`,
      ["Use them here", () => useful.forEach(([name, entry]) => this.answers.get(name).replace(entry.text))],
      ["Leave them", () => {}],
    );
  }

  // Asks Python, and says in words what went wrong; nothing when it was stopped.
  async ask(message, status) {
    try {
      return await this.python.ask(message, (text) => (status.textContent = text));
    } catch (error) {
      status.textContent = "";
      if (error instanceof Stopped) status.textContent = "Stopped.";
      else this.say(`Nothing can be checked here: ${error.message}. ${IN_JUPYTER} You can also try again.`);
      return null;
    }
  }
}

// One answer of the student's, kept in this browser; the subclasses say how it is written.
class Answer {
  constructor(chapter, place, name) {
    Object.assign(this, { chapter, place, name, timer: 0, asked: false });
    this.stub = chapter.notebook.stub(name);
    const kept = chapter.store.read(name);
    this.kept = kept?.text ?? "";
    this.passed = kept?.passed ?? false;
    this.status = element("span", { className: "course-status", role: "status" });
    window.addEventListener("pagehide", () => this.timer && this.save());
  }

  get begun() {
    return this.text.trim() !== "" && this.text !== this.stub;
  }

  changed() {
    if (this.following) return;
    this.passed = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 300);
  }

  save() {
    clearTimeout(this.timer);
    this.timer = 0;
    const { store } = this.chapter;
    if (store.changedElsewhere(this.name)) return this.lookElsewhere();
    const kept = store.write(this.name, { text: this.text, passed: this.passed });
    this.last = this.text;
    if (!kept && store.storage && !this.full) {
      this.full = true;
      this.chapter.say("This browser has no room left, so your answers are not kept. Download your notebook now.");
    }
    this.chapter.showProgress();
  }

  replace(text) {
    this.write(text);
    this.passed = false;
    this.save();
  }

  // Another tab has written: without an own change its text is taken, otherwise the student chooses.
  lookElsewhere() {
    const { store } = this.chapter;
    if (this.asked || !store.changedElsewhere(this.name)) return;
    const mine = this.text;
    const untouched = mine === this.last || !this.begun;
    const theirs = store.read(this.name);
    if (!theirs || theirs.text === mine) return;
    if (untouched) {
      this.following = true;
      this.write(theirs.text);
      this.following = false;
      this.passed = theirs.passed;
      this.last = theirs.text;
      this.chapter.showProgress();
      return;
    }
    this.asked = true;
    this.chapter.say(
      `Another tab has changed your answer to ${this.name} too.`,
      ["Keep this tab's", () => ((this.asked = false), this.save())],
      ["Take the other one", () => ((this.asked = false), this.replace(theirs.text))],
    );
  }
}

class Written extends Answer {
  constructor(chapter, place) {
    super(chapter, place, place.dataset.answer);
    this.box = element("textarea", { rows: 6, value: this.kept, "aria-label": "Your answer in words" });
    this.box.oninput = () => this.changed();
    this.last = this.kept;
    place.replaceChildren(this.box);
  }

  get text() {
    return this.box?.value ?? this.kept;
  }

  write(text) {
    this.box.value = text;
  }
}

class Exercise extends Answer {
  constructor(chapter, place) {
    super(chapter, place, place.dataset.exercise);
    const frame = element("div", { className: "course-editor" });
    this.result = element("pre", { className: "course-result", hidden: true, tabIndex: 0 });
    this.check = button("Check", () => this.run());
    this.stop = button("Stop", () => chapter.python.stop());
    this.stop.hidden = true;
    const again = button("Start over", () => this.startOver());
    this.read = element("p", { className: "course-read", hidden: true });
    const help = element("p", { className: "course-help" }, "Tab indents. Press Escape, then Tab, to leave the editor. Shift+Enter checks.");
    place.replaceChildren(
      frame,
      element("div", { className: "course-buttons" }, this.check, this.stop, again, this.status),
      this.result,
      this.read,
      help,
    );
    this.editor = chapter.createEditor(frame, {
      text: this.kept || this.stub,
      label: `Your answer: ${this.name}`,
      changed: () => this.changed(),
      run: () => this.run(),
    });
    frame.addEventListener("focusin", () => chapter.python.start(), { once: true }); // ready when it is needed
    this.last = this.kept || this.stub;
    this.mark();
  }

  get text() {
    return this.editor?.read() ?? this.kept;
  }

  write(text) {
    this.editor.write(text);
  }

  changed() {
    super.changed();
    this.mark();
  }

  mark() {
    this.place.classList.toggle("course-passed", this.passed);
  }

  startOver() {
    if (!this.begun) return;
    const before = this.text;
    this.replace(this.stub);
    this.result.hidden = true;
    this.chapter.say(`${this.name} is as it was at first.`, ["Undo", () => this.replace(before)], ["Close", () => {}]);
  }

  async run() {
    if (this.chapter.python.running) return;
    this.save();
    this.stop.hidden = false;
    this.check.disabled = true;
    this.status.textContent = "Running.";
    const answers = { ...this.chapter.sources(), [this.name]: this.text };
    const found = await this.chapter.ask({ kind: "check", name: this.name, answers }, this.status);
    this.stop.hidden = true;
    this.check.disabled = false;
    if (found) this.show(found);
  }

  show({ passed, text, printed }) {
    this.passed = passed;
    this.status.textContent = passed ? "Passed." : "Not yet.";
    this.result.textContent = printed ? `${text}\n\nIt printed:\n${printed}` : text;
    this.result.hidden = false;
    this.result.classList.toggle("course-failed", !passed);
    const section = this.place.closest("section[id]");
    const heading = section?.querySelector("h2, h3")?.firstChild?.textContent;
    this.read.hidden = passed || !heading;
    if (heading) this.read.replaceChildren("Read again: ", element("a", { href: `#${section.id}` }, heading));
    this.save();
    this.mark();
  }
}

// A cell that draws or shows something, which runs on demand with the student's answers.
class Picture {
  constructor(chapter, place) {
    const output = element("div", { className: "course-output", "aria-live": "polite" });
    const status = element("span", { className: "course-status", role: "status" });
    const folded = place.querySelector("details");
    const show = button(folded ? "Draw with my answers" : "Run with my answers", async () => {
      if (chapter.python.running) return;
      show.disabled = true;
      stop.hidden = false;
      status.textContent = "Running.";
      const found = await chapter.ask({ kind: "run", cell: place.dataset.cell, answers: chapter.sources() }, status);
      show.disabled = false;
      stop.hidden = true;
      if (!found) return;
      status.textContent = found.length ? "" : "Nothing to show.";
      output.replaceChildren(...found.map((part) => shown(part)));
    });
    const stop = button("Stop", () => chapter.python.stop());
    stop.hidden = true;
    place.append(element("div", { className: "course-buttons" }, show, stop, status), output);
  }
}

function shown({ text, png, alt }) {
  if (png) return element("img", { src: `data:image/png;base64,${png}`, alt });
  return element("pre", { textContent: text, tabIndex: 0 });
}

// How many exercises of each chapter pass their check, on the first page.
function showAllProgress(site) {
  for (const cell of document.querySelectorAll("[data-chapter]")) {
    const { release, exercises } = site.chapters[cell.dataset.chapter];
    const store = new Store(site.course, cell.dataset.chapter, release);
    const passed = exercises.filter((name) => store.read(name)?.passed).length;
    cell.textContent = `${passed} of ${exercises.length}`;
  }
}

async function begin() {
  const name = document.querySelector("meta[name=course-chapter]")?.content;
  const places = document.querySelectorAll("[data-exercise]");
  try {
    const site = JSON.parse(await get("site.json"));
    showAllProgress(site);
    if (!name) return;
    const [notebook, { createEditor }] = await Promise.all([get(`notebooks/${name}.ipynb`), import("./editor.js")]);
    new Chapter(site, name, new Notebook(notebook), createEditor);
  } catch (error) {
    console.error(error);
    if (places.length) {
      const text = `The exercises cannot be worked on in this page (${error.message}). ${IN_JUPYTER}`;
      document.querySelector("h1").after(element("div", { className: "course-notice", role: "status" }, text));
    }
  }
}

begin();
