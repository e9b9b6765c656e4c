/**
 * Who is there by which protocol: the page signs in at the OriginChats gateway as whoever may manage the community, asks once,
 * and shows what it is told as tables.
 */
import { connectForAdoption } from "./adoption-client.js";
import { urlOf } from "./door.js";
import { element, part } from "./element.js";

/** @import { Adoption, Day } from "./adoption-client.js" */

/** @type {Readonly<Record<string, string>>} */
const names = { originchats: "OriginChats", sockchat: "Sock Chat" };
/** @param {string} protocol */
const nameOf = (protocol) => names[protocol] ?? protocol;

/** @param {number} day epoch seconds */
const dateOf = (day) => new Date(day * 1000).toISOString().slice(0, 10);

const form = part(document, "ask", HTMLFormElement);
const said = part(document, "said", HTMLElement);
const answer = part(document, "answer", HTMLElement);
const svg = "http://www.w3.org/2000/svg";

/** @param {string} text @param {boolean} isBad */
function say(text, isBad) {
  said.textContent = text;
  said.classList.toggle("bad", isBad);
}

/** Two bars in one: all people, and of them those by this protocol alone. Numbers beside it say the same. @param {Day} day @param {number} most */
function bars({ people, alone }, most) {
  const picture = document.createElementNS(svg, "svg");
  picture.setAttribute("aria-hidden", "true");
  for (const [count, kind] of /** @type {const} */ ([
    [people, "all"],
    [alone, "alone"],
  ])) {
    const bar = document.createElementNS(svg, "rect");
    bar.setAttribute("class", kind);
    bar.setAttribute("height", "100%");
    bar.setAttribute("width", `${(100 * count) / Math.max(1, most)}%`);
    picture.append(bar);
  }
  return element("td", { class: "bars" }, picture);
}

/**
 * @param {string} caption
 * @param {readonly string[]} heads the first is of the rows' own names
 * @param {readonly HTMLTableRowElement[]} rows
 */
function table(caption, heads, rows) {
  const head = element(
    "tr",
    {},
    ...heads.map((text, n) =>
      element("th", { scope: "col", ...(n === 0 ? {} : { class: "number" }) }, text),
    ),
  );
  const whole = element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, head),
    element("tbody", {}, ...rows),
  );
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    whole,
  );
}

/** @param {string} name @param {readonly number[]} numbers @param {...HTMLTableCellElement} more */
const row = (name, numbers, ...more) =>
  element(
    "tr",
    {},
    element("th", { scope: "row" }, name),
    ...numbers.map((number) => element("td", { class: "number" }, String(number))),
    ...more,
  );

/** @param {string} protocol @param {Adoption} adoption @param {number} most */
function section(protocol, { days, clients, alone }, most) {
  const own = days.filter((day) => day.protocol === protocol);
  const kinds = clients.filter((client) => client.protocol === protocol);
  const only = alone.filter((person) => person.protocol === protocol);
  const name = nameOf(protocol);
  const made = element(
    "section",
    { class: "sheet", "data-pane": protocol },
    element("h2", {}, name),
  );
  made.append(
    table(
      `${name}: people who were there, who spoke, and who used no other protocol on that day`,
      ["Day", "People", "Spoke", "By it alone", "All, and by it alone first"],
      own.map((day) => row(dateOf(day.day), [day.people, day.spoke, day.alone], bars(day, most))),
    ),
  );
  if (kinds.length > 0) {
    made.append(
      table(
        `${name}: sessions by what clients say that they are`,
        ["Client", "Sessions"],
        kinds.map(({ kind, sessions }) => row(kind, [sessions])),
      ),
    );
  }
  const people = only.map(({ username, last_day }) =>
    element(
      "li",
      {},
      `${username} `,
      element("time", { datetime: dateOf(last_day) }, dateOf(last_day)),
    ),
  );
  made.append(
    element("h3", {}, `By ${name} alone in these days: ${only.length}`),
    element("ul", { class: "names" }, ...people),
  );
  return made;
}

/** @param {Adoption} adoption */
function show(adoption) {
  const protocols = [...new Set(adoption.days.map(({ protocol }) => protocol))].sort();
  const most = Math.max(0, ...adoption.days.map(({ people }) => people));
  answer.replaceChildren(...protocols.map((protocol) => section(protocol, adoption, most)));
  say(protocols.length === 0 ? "Nobody has been there yet." : "", false);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.replaceChildren();
  say("Asking …", false);
  try {
    const response = await fetch("playground.json");
    if (!response.ok) throw new Error(`playground.json: ${response.status}`);
    const { doors } = await response.json();
    show(
      await connectForAdoption(urlOf(doors.originchats), {
        name: part(document, "name", HTMLInputElement).value.trim(),
        password: part(document, "password", HTMLInputElement).value,
        days: part(document, "days", HTMLInputElement).valueAsNumber,
      }),
    );
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
  }
});
