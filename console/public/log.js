/** The lines of one channel: added, changed in their place, taken out; never more than a bound. */
import { button, element, part, tint } from "./element.js";

/** @import { Line } from "./client.js" */

const linesMax = 300;

/** Lines of one author within this time stand under one name. */
const groupMs = 5 * 60_000;

/** Within so much of the end, the log follows new lines. */
const nearEndPx = 80;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/**
 * @param {HTMLElement} root the pane
 * @param {{ edit: (id: string, text: string) => void, remove: (id: string) => void }} ask
 */
export function createLog(root, ask) {
  const box = part(root, "log", HTMLElement);
  const empty = part(root, "empty", HTMLElement);
  // A box that scrolls must be reachable by keyboard; not every browser sees to it.
  box.tabIndex = 0;
  /** @type {Map<string, { row: HTMLElement, line: Line }>} */
  const rows = new Map();

  /** Whether the end is in view; then it stays so, whatever is added and however the box is resized. */
  let follows = true;
  const toEnd = () => {
    if (follows) box.scrollTop = box.scrollHeight;
  };
  box.addEventListener("scroll", () => {
    follows = box.scrollHeight - box.scrollTop - box.clientHeight < nearEndPx;
  });
  new ResizeObserver(toEnd).observe(box);

  /** @param {() => void} change */
  function changing(change) {
    change();
    while (box.childElementCount > linesMax) drop(box.firstElementChild);
    group();
    empty.hidden = box.childElementCount > 0;
    toEnd();
  }

  /** @param {Element | null} row */
  function drop(row) {
    if (!(row instanceof HTMLElement)) return;
    const id = row.dataset["id"];
    if (id !== undefined) rows.delete(id);
    row.remove();
  }

  function group() {
    /** @type {Line | undefined} */
    let before;
    for (const row of box.children) {
      const line = row instanceof HTMLElement ? rows.get(row.dataset["id"] ?? "")?.line : undefined;
      row.classList.toggle("follows", isContinued(before, line));
      before = line;
    }
  }

  /** @param {Line} line */
  function add(line) {
    const row = createRow(line, ask);
    const present = rows.get(line.id);
    if (present === undefined) box.append(row);
    else present.row.replaceWith(row);
    rows.set(line.id, { row, line });
  }

  return {
    /** @param {readonly Line[]} lines */
    reset(lines) {
      box.setAttribute("aria-busy", "true");
      follows = true;
      changing(() => {
        rows.clear();
        box.replaceChildren();
        for (const line of lines) add(line);
      });
      box.setAttribute("aria-busy", "false");
    },
    /** @param {Line} line */
    put(line) {
      changing(() => add(line));
    },
    /** @param {string} id */
    remove(id) {
      changing(() => drop(rows.get(id)?.row ?? null));
    },
    /** @param {string} text */
    passing(text) {
      changing(() => box.append(element("p", { class: "passing" }, text)));
    },
  };
}

/** @param {Line | undefined} before @param {Line | undefined} line */
function isContinued(before, line) {
  return (
    before !== undefined &&
    line !== undefined &&
    before.author === line.author &&
    before.kind === "said" &&
    line.kind === "said" &&
    line.atMs - before.atMs < groupMs
  );
}

/**
 * @param {Line} line
 * @param {{ edit: (id: string, text: string) => void, remove: (id: string) => void }} ask
 */
function createRow(line, ask) {
  const at = new Date(line.atMs);
  const author = element("span", { class: "author" }, line.author);
  tint(author, line.colour);
  const text = element("p", { class: "text" }, line.text);
  if (line.edited) text.append(" ", element("span", { class: "edited" }, "(edited)"));
  const row = element(
    "article",
    { class: `line ${line.kind}`, "data-id": line.id },
    element(
      "header",
      { class: "by" },
      author,
      element("time", { datetime: at.toISOString(), title: full.format(at) }, clock.format(at)),
    ),
    text,
  );
  const acts = element("div", { class: "acts" });
  if (line.mayEdit)
    acts.append(button("Edit", { class: "quiet" }, () => startEdit(row, line, ask.edit)));
  if (line.mayRemove) acts.append(button("Delete", { class: "quiet" }, () => ask.remove(line.id)));
  if (acts.childElementCount > 0) row.append(acts);
  return row;
}

/**
 * Puts an editor into the row; the change shows when the server tells it.
 * @param {HTMLElement} row
 * @param {Line} line
 * @param {(id: string, text: string) => void} edit
 */
function startEdit(row, line, edit) {
  if (row.querySelector("form") !== null) return;
  const input = element("textarea", { "aria-label": "Edit your message", rows: "2" });
  input.value = line.text;
  const form = element(
    "form",
    { class: "editor" },
    input,
    element("button", { type: "submit" }, "Save"),
    button("Cancel", { class: "quiet" }, stop),
  );
  function stop() {
    form.remove();
    row.classList.remove("editing");
    row.querySelector("button")?.focus();
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text !== "" && text !== line.text) edit(line.id, text);
    stop();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  row.classList.add("editing");
  row.append(form);
  input.focus();
}
