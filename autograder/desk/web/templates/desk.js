"use strict";
// Links and forms work without this file. It swaps one page for the next in place, and gives keys to what is on it.

const TEXT = "input:not([type=checkbox], [type=radio]), textarea";
let queue = Promise.resolve(); // one thing after the other, so that fast typing loses nothing
let swapping = false;
let ahead = {}; // the next ungraded answer, asked for while this one is read
const isTyped = (field) => field.value !== field.defaultValue;
const find = (selector) => document.querySelector(selector);
const draftName = (field) => `desk:${location.pathname}:${field.name}`;

function offline(text) {
  const notice = find("#offline");
  notice.hidden = !text;
  notice.textContent = text;
}

async function load(url, options = {}) {
  const typed = options.body ? find("[data-draft]") : null;
  const draft = typed && draftName(typed);
  const waiting = !options.body && ahead.url === url ? ahead.response : null;
  ahead = {};
  let response;
  try {
    response = await (waiting || fetch(url, options));
  } catch {
    offline("The desk does not answer. What you typed is kept in this browser; try again once the desk runs.");
    return;
  }
  if (!(response.headers.get("content-type") || "").startsWith("text/html")) {
    offline(await response.text());
    return;
  }
  offline("");
  if (draft && response.ok && (!typed.isConnected || typed.value === options.body.get(typed.name))) localStorage.removeItem(draft);
  show(new DOMParser().parseFromString(await response.text(), "text/html"), response.url);
}

function show(page, url) {
  const before = document.activeElement;
  const same = new URL(url).pathname === location.pathname;
  if (!same) history.pushState(null, "", url);
  document.title = page.title;
  const typed = same ? [...document.querySelectorAll("[data-save] [id]")].filter((each) => each.matches(TEXT) && isTyped(each)) : [];
  swapping = true;
  find("#desk").replaceWith(page.querySelector("#desk"));
  swapping = false;
  for (const field of typed) document.getElementById(field.id).value = field.value; // some of it since it was sent
  const again = same && before.id && document.getElementById(before.id);
  settle();
  const target = again || find("[autofocus]") || find("main");
  target.focus({ preventScroll: same });
  if (again && again.matches("textarea, input[type=text]")) again.setSelectionRange(before.selectionStart, before.selectionEnd);
  if (!same) scrollTo(0, 0);
  find("#status").textContent = find("main").dataset.says;
  lookAhead();
}

function lookAhead() {
  const next = find("a[data-key=n]");
  ahead = next ? { url: next.href, response: fetch(next.href).catch(() => fetch(next.href)) } : {};
  if (next) ahead.response.catch(() => {}); // it is told when it is shown
}

function settle() {
  for (const field of document.querySelectorAll("[data-draft]")) {
    const draft = localStorage.getItem(draftName(field));
    if (draft === null || draft === field.value || field === document.activeElement) continue;
    field.value = draft;
    offline("What you had typed here and not saved is back in the comment field.");
  }
}

const go = (url, options) => (queue = queue.then(() => load(url, options)));

function send(form) {
  const fields = new URLSearchParams(new FormData(form));
  if (form.method === "get") return load(`${form.action.split("?")[0]}?${fields}`);
  return load(form.action, { method: "POST", body: fields });
}

const save = () => (queue = queue.then(() => find("[data-save]") && send(find("[data-save]"))));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.hasAttribute("data-whole")) return;
  event.preventDefault();
  queue = queue.then(() => send(form.isConnected ? form : find(`form[action="${form.getAttribute("action")}"]`)));
});

document.addEventListener("focusout", (event) => {
  const field = event.target;
  if (!swapping && field.matches(TEXT) && field.closest("[data-save]") && isTyped(field)) save();
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.closest("[data-save]") || field.matches(TEXT)) return;
  if (field.name === "item" && field.checked && find("#none")) find("#none").checked = false;
  if (field.name === "none" && field.checked) for (const item of document.querySelectorAll("[name=item]")) item.checked = false;
  save();
});

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-draft]")) localStorage.setItem(draftName(event.target), event.target.value);
});

document.addEventListener("click", (event) => {
  const snippet = event.target.closest("[data-snippet]");
  const opener = event.target.closest("[data-open]");
  const anchor = event.target.closest("#desk a[href^='/']");
  if (snippet) insert(snippet.textContent);
  else if (opener) document.getElementById(opener.dataset.open).showModal();
  else if (anchor && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    go(anchor.href);
  }
});

function insert(text) {
  const field = find("#comment");
  field.value = field.value.trim() ? `${field.value.trim()}\n${text}` : text;
  localStorage.setItem(draftName(field), field.value);
  find("#snippets").open = false;
  field.focus(); // leaving it saves it
}

const bound = (key) => [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key.split(" ").includes(key));

function act(element) {
  if (!element) return;
  if (element.matches("input[type=checkbox]")) {
    element.checked = !element.checked;
    element.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (element.matches("summary")) {
    const details = element.parentElement;
    details.open = !details.open;
    (details.open ? details.querySelector("button") : element).focus();
  } else if (element.matches(TEXT)) {
    element.focus();
    if (element.type !== "textarea") element.select();
  } else element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) {
    if (event.ctrlKey && event.key === "Enter" && event.target.form) event.target.form.requestSubmit();
    return;
  }
  const typing = event.target.matches(`${TEXT}, select`);
  if (typing) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.target.blur(); // saves what was typed
      find("main").focus({ preventScroll: true });
    }
    return;
  }
  const inside = event.target.closest("#snippets ol");
  if (inside && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const all = [...inside.querySelectorAll("button")];
    const to = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    all[(to + all.length) % all.length].focus();
    return;
  }
  if (event.target.closest("[tabindex='0']") && event.key.startsWith("Arrow")) return; // scrolls
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!bound(key)) return;
  event.preventDefault();
  if (bound(key).matches(TEXT)) return act(bound(key)); // at once: what is typed next belongs there
  queue = queue.then(() => {
    const element = bound(key); // of the page that is there by then
    if (element && element.matches("a, form button")) {
      if (element.matches("a")) return load(element.href);
      return send(element.form);
    }
    if (element && element.matches("input[type=checkbox]")) {
      element.checked = !element.checked;
      if (element.name === "none") for (const item of document.querySelectorAll("[name=item]")) item.checked = false;
      else find("#none").checked = false;
      return send(find("[data-save]"));
    }
    act(element);
  });
});

addEventListener("popstate", () => go(location.href));
settle();
lookAhead();
