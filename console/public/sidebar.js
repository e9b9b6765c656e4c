/** Channels and people of one pane, drawn anew at each change; both are short lists. */
import { button, element, part, tint } from "./element.js";

/** @import { Channel, Person } from "./client.js" */

/**
 * @param {HTMLElement} root the pane
 * @param {{ enter: (channel: string) => void, act: (act: "kick" | "ban", person: Person) => void, lift: (name: string) => void }} ask
 */
export function createSidebar(root, ask) {
  const channelList = part(root, "channels", HTMLElement);
  const personList = part(root, "people", HTMLElement);
  const count = part(root, "people-count", HTMLElement);
  const lift = part(root, "lift", HTMLFormElement);
  const liftName = part(root, "lift-name", HTMLInputElement);
  lift.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = liftName.value.trim();
    if (name === "") return;
    liftName.value = "";
    ask.lift(name);
  });
  return {
    /** @param {readonly Channel[]} channels */
    channels(channels) {
      keepingFocus(channelList, () =>
        channelList.replaceChildren(...channels.map((channel) => channelItem(channel, ask.enter))),
      );
    },
    /** @param {readonly Person[]} people @param {string} self */
    people(people, self) {
      const present = people.filter((person) => person.present).length;
      count.textContent = present === 0 ? "" : String(present);
      keepingFocus(personList, () =>
        personList.replaceChildren(...people.map((person) => personItem(person, self, ask.act))),
      );
    },
    /** @param {boolean} isOffered */
    offerLift(isOffered) {
      lift.hidden = !isOffered;
    },
    /** @param {string} name who was banned from here, ready to be let in again */
    proposeLift(name) {
      liftName.value = name;
    },
  };
}

/** A list drawn anew keeps the keyboard where it was. @param {HTMLElement} list @param {() => void} draw */
function keepingFocus(list, draw) {
  const key =
    document.activeElement instanceof HTMLElement && list.contains(document.activeElement)
      ? document.activeElement.dataset["key"]
      : undefined;
  draw();
  if (key === undefined) return;
  const again = list.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (again instanceof HTMLElement) again.focus();
}

/** @param {Channel} channel @param {(channel: string) => void} enter */
function channelItem(channel, enter) {
  const press = button("", { "data-key": channel.name }, () => enter(channel.name));
  press.append(element("span", { class: "hash", "aria-hidden": "true" }, "#"), channel.label);
  if (channel.current) press.setAttribute("aria-current", "true");
  if (channel.detail !== "") press.append(element("span", { class: "detail" }, channel.detail));
  if (channel.unread > 0) {
    press.append(
      element(
        "span",
        { class: "unread" },
        String(channel.unread),
        element("span", { class: "unseen" }, " unread"),
      ),
    );
  }
  return element("li", {}, press);
}

/**
 * @param {Person} person
 * @param {string} self
 * @param {(act: "kick" | "ban", person: Person) => void} act
 */
function personItem(person, self, act) {
  const name = element("span", { class: "author" }, person.name);
  tint(name, person.colour);
  const item = element(
    "li",
    { class: person.present ? "present" : "away", "data-person": person.account },
    element("span", { class: "dot", "aria-hidden": "true" }),
    name,
  );
  if (person.account === self) item.append(element("span", { class: "detail" }, "you"));
  if (person.detail !== "") item.append(element("span", { class: "detail" }, person.detail));
  if (!person.present) item.append(element("span", { class: "unseen" }, "offline"));
  for (const kind of person.account === self ? [] : person.acts) {
    const label = kind === "ban" ? "Ban" : "Kick";
    item.append(
      button(
        label,
        {
          class: `act ${kind}`,
          "aria-label": `${label} ${person.name}`,
          "data-key": `${kind} ${person.key}`,
        },
        () => act(kind, person),
      ),
    );
  }
  return item;
}
