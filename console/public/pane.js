/** One pane: a protocol's client, what it tells, and the controls that ask it something. */
import { createAccount } from "./account.js";
import { button, element, part } from "./element.js";
import { createLog } from "./log.js";
import { createSidebar } from "./sidebar.js";
import { createWireView } from "./wire-view.js";

/** @import { Client, Connect, Credentials, Listener, Standing } from "./client.js" */
/** @import { Playground } from "./account.js" */

/** Waits before each new try after a lost connection; the last one stays. */
const retryMs = [500, 1_000, 2_000, 4_000, 8_000];

const noticeMs = 10_000;

/** @type {Readonly<Record<Standing, string>>} */
const words = {
  connecting: "Connecting",
  "signing in": "Signing in",
  online: "Online",
  lost: "Connection lost",
  refused: "Not signed in",
  kicked: "Put out",
  banned: "Banned",
  left: "Signed out",
};

/**
 * @param {HTMLElement} root
 * @param {Playground} playground
 * @param {{ title: string, url: string, connect: Connect, preferred: string, mayRegister: boolean }} options
 */
export function createPane(root, playground, { title, url, connect, preferred, mayRegister }) {
  /** @type {Client | undefined} */
  let client;
  /** @type {Credentials | undefined} */
  let credentials;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  let tries = 0;
  let self = "";

  name(root, title, url);
  const say = createComposer(root, (text) => client?.say(text));
  const showNotice = createNotice(root);
  const wire = createWireView(root);
  const log = createLog(root, {
    edit: (id, text) => client?.edit?.(id, text),
    remove: (id) => client?.remove(id),
  });
  const sidebar = createSidebar(root, {
    enter: (channel) => client?.enter(channel),
    act(act, person) {
      if (act === "ban") sidebar.proposeLift(person.account);
      client?.act(act, person);
    },
    lift: (account) => client?.lift(account),
  });
  const account = createAccount(root, playground, { preferred, mayRegister }, { signIn, signOut });
  const showStanding = createStanding(root, url, () => again());

  /** @param {Credentials} given */
  function signIn(given) {
    credentials = given;
    tries = 0;
    again();
  }

  function signOut() {
    clearTimeout(retry);
    client?.leave();
  }

  /** A new connection in the place of the present one, whose later words are not heard any more. */
  function again() {
    clearTimeout(retry);
    if (credentials === undefined) return;
    const former = client;
    client = undefined;
    former?.leave();
    log.reset([]);
    showNotice("", "info");
    /** @type {Client} */
    const next = connect(
      url,
      credentials,
      listenerOf(() => client === undefined || client === next),
    );
    client = next;
  }

  /** @param {() => boolean} isHeard @returns {Listener} */
  function listenerOf(isHeard) {
    /** @template {unknown[]} Args @param {(...args: Args) => void} hear @returns {(...args: Args) => void} */
    const heard =
      (hear) =>
      (...args) => {
        if (isHeard()) hear(...args);
      };
    return {
      standing: heard(stand),
      self: heard((own, { mayLift }) => {
        self = own;
        account.signedIn(credentials?.name ?? "");
        sidebar.offerLift(mayLift);
        showStanding("online", own);
      }),
      channels: heard((channels) => {
        sidebar.channels(channels);
        say.into(channels.find((channel) => channel.current)?.label ?? "");
      }),
      people: heard((people) => sidebar.people(people, self)),
      reset: heard(log.reset),
      put: heard(log.put),
      remove: heard(log.remove),
      passing: heard(log.passing),
      notice: heard(showNotice),
      frame: heard(wire.add),
    };
  }

  /** @param {Standing} standing @param {string} [detail] */
  function stand(standing, detail = "") {
    const isOnline = standing === "online";
    say.enable(isOnline);
    showStanding(standing, isOnline ? self : detail);
    if (isOnline) {
      tries = 0;
      return;
    }
    if (standing === "connecting" || standing === "signing in") return;
    if (credentials !== undefined) credentials = { ...credentials, fresh: false };
    sidebar.channels([]);
    sidebar.people([], "");
    sidebar.offerLift(false);
    if (standing === "lost") {
      const wait = retryMs[Math.min(tries, retryMs.length - 1)];
      tries += 1;
      retry = setTimeout(again, wait);
    } else account.signedIn("");
  }

  say.enable(false);
  if (account.isReady()) account.submit();
  else showStanding("left", "Sign in with a name and a password.");
}

/** @param {HTMLElement} root @param {string} title @param {string} url */
function name(root, title, url) {
  const heading = part(root, "title", HTMLElement);
  const key = title.toLowerCase().replaceAll(/[^a-z]/g, "");
  heading.textContent = title;
  heading.id = `${key}-title`;
  part(root, "address", HTMLElement).textContent = url.replace(/\/$/, "");
  root.dataset["pane"] = key;
  root.setAttribute("aria-labelledby", heading.id);
  part(root, "channels-nav", HTMLElement).setAttribute("aria-label", `${title} channels`);
  part(root, "people-block", HTMLElement).setAttribute("aria-label", `${title} people`);
  part(root, "wire", HTMLElement).setAttribute("aria-label", `${title} frames`);
  part(root, "wire-toggle", HTMLElement).setAttribute("aria-label", `Wire of ${title}`);
}

/** @param {HTMLElement} root @param {(text: string) => void} send */
function createComposer(root, send) {
  const form = part(root, "composer", HTMLFormElement);
  const text = part(root, "text", HTMLTextAreaElement);
  const label = part(root, "composer-label", HTMLElement);
  const log = part(root, "log", HTMLElement);
  const submit = form.querySelector("button");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const trimmed = text.value.trim();
    if (trimmed === "") return;
    send(trimmed);
    text.value = "";
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return {
    /** @param {boolean} isEnabled */
    enable(isEnabled) {
      text.disabled = !isEnabled;
      if (submit !== null) submit.disabled = !isEnabled;
    },
    /** @param {string} channel */
    into(channel) {
      const where = channel === "" ? "" : ` #${channel}`;
      label.textContent = `Message${where}`;
      text.placeholder = `Message${where}`;
      log.setAttribute("aria-label", `Messages${channel === "" ? "" : ` in #${channel}`}`);
    },
  };
}

/** The server's word to this person alone; it goes by itself. @param {HTMLElement} root */
function createNotice(root) {
  const box = part(root, "notice", HTMLElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** An empty text takes the last one away. @param {string} text @param {"info" | "error"} tone */
  return (text, tone) => {
    clearTimeout(timer);
    box.hidden = text === "";
    box.className = `notice ${tone}`;
    box.textContent = text;
    timer = setTimeout(() => {
      box.hidden = true;
    }, noticeMs);
  };
}

/** @param {HTMLElement} root @param {string} url @param {() => void} again */
function createStanding(root, url, again) {
  const chip = part(root, "state", HTMLElement);
  const card = part(root, "closed", HTMLElement);
  /** What the card says; told again only when it changes, however many tries fail. */
  let told = "";
  /** @param {Standing} standing @param {string} detail */
  return (standing, detail) => {
    root.dataset["standing"] = standing;
    chip.textContent = standing === "online" ? `${words.online} as ${detail}` : words[standing];
    if (standing === "online") told = "";
    const isTrying = standing === "connecting" || standing === "signing in";
    if (isTrying && told.startsWith(words.lost)) return;
    card.hidden = isTrying || standing === "online";
    if (card.hidden) return;
    const text = `${words[standing]}. ${standing === "lost" ? `Trying again (${detail}).` : detail}`;
    if (text === told) return;
    told = text;
    card.replaceChildren(element("span", {}, text));
    if (standing === "lost" && url.startsWith("wss:")) {
      const href = url.replace(/^wss/, "https");
      const link = element("a", { href, target: "_blank", rel: "noreferrer" }, href);
      card.append(
        element("span", {}, "A certificate that this browser does not know yet? Open ", link),
      );
    }
    if (standing !== "left") card.append(button("Try again", {}, again));
  };
}
