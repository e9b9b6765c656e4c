/**
 * Makes an account by an invite: the page registers at the OriginChats gateway, else at that of Sock Chat, as any client of it
 * would, and leaves. The code comes behind the `#` of the address, which no browser sends to a server.
 */
import { urlOf } from "./door.js";
import { element, part } from "./element.js";

const limitMs = 20_000;

/**
 * What a gateway says to whoever registers.
 * @typedef {object} Dialogue
 * @property {string} title
 * @property {(send: (text: string) => void) => void} open what is said first
 * @property {(text: string, send: (text: string) => void) => string | true | undefined} hear true: the account is there; a text: why not
 */

/** @param {string} username with the code behind it @param {string} password @returns {Dialogue} */
const onOriginchats = (username, password) => ({
  title: "OriginChats",
  open: () => undefined,
  hear(text, send) {
    const packet = JSON.parse(text);
    if (packet.cmd === "handshake") {
      send(JSON.stringify({ cmd: "register", username, password }));
      return undefined;
    }
    if (packet.cmd === "auth_error") return String(packet.val);
    return packet.cmd === "auth_success" ? true : undefined;
  },
});

/** Its refusals have no words. @param {string} username @param {string} password @returns {Dialogue} */
const onSockchat = (username, password) => ({
  title: "Sock Chat",
  open: (send) => send(["1", "Local", username, password].join("\t")),
  hear(text) {
    const [packet, outcome] = text.split("\t");
    if (packet !== "1") return undefined;
    return outcome === "y"
      ? true
      : "Refused: the name is taken or not allowed, or the invite code is unknown, used up or has run out.";
  },
});

/**
 * @param {string} url
 * @param {Dialogue} dialogue
 * @returns {Promise<string | true | undefined>} undefined: nobody can be reached there
 */
async function ask(url, dialogue) {
  const socket = new WebSocket(url);
  /** @param {string} text */
  const send = (text) => socket.send(text);
  try {
    return await new Promise((resolve) => {
      let isOpen = false;
      setTimeout(() => resolve(isOpen ? "The server does not answer." : undefined), limitMs);
      socket.addEventListener("open", () => {
        isOpen = true;
        dialogue.open(send);
      });
      socket.addEventListener("close", () =>
        resolve(isOpen ? "The server has closed the connection." : undefined),
      );
      socket.addEventListener("message", ({ data }) => {
        const answer = dialogue.hear(data, send);
        if (answer !== undefined) resolve(answer);
      });
    });
  } finally {
    socket.close();
  }
}

const form = part(document, "ask", HTMLFormElement);
const said = part(document, "said", HTMLElement);
const done = part(document, "done", HTMLElement);
const code = part(document, "code", HTMLInputElement);
const button = form.querySelector("button");

/** @param {string} text @param {boolean} isBad */
function say(text, isBad) {
  said.textContent = text;
  said.classList.toggle("bad", isBad);
}

/** Dashes make a code easy to read; a name with its code has to be short. */
const bare = () => code.value.trim().replaceAll("-", "");

/** @param {Readonly<Record<string, string>>} urls by title */
function welcome(urls) {
  form.hidden = true;
  say("", false);
  part(document, "doors", HTMLUListElement).replaceChildren(
    ...Object.entries(urls).map(([title, url]) =>
      element("li", {}, `${title}: `, element("code", {}, url)),
    ),
  );
  done.hidden = false;
  part(document, "done-title", HTMLElement).focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  say("Asking …", false);
  if (button !== null) button.disabled = true;
  try {
    const response = await fetch("playground.json");
    if (!response.ok) throw new Error(`playground.json: ${response.status}`);
    const { doors } = await response.json();
    const name = part(document, "name", HTMLInputElement).value.trim();
    const username = bare() === "" ? name : `${name} ${bare()}`;
    const password = part(document, "password", HTMLInputElement).value;
    const dialogues = {
      originchats: onOriginchats(username, password),
      sockchat: onSockchat(username, password),
    };
    /** @type {Record<string, string>} */
    const urls = {};
    /** @type {string | true | undefined} */
    let answer;
    for (const [protocol, dialogue] of Object.entries(dialogues)) {
      if (doors[protocol] === undefined) continue;
      const url = urlOf(doors[protocol]);
      urls[dialogue.title] = url;
      answer ??= await ask(url, dialogue);
    }
    if (answer === true) welcome(urls);
    else say(answer ?? "No server can be reached.", true);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
  } finally {
    if (button !== null) button.disabled = false;
  }
});

/** Whoever follows another link to this page has another code. */
function takeCode() {
  if (location.hash.length > 1) code.value = decodeURIComponent(location.hash.slice(1));
}
window.addEventListener("hashchange", takeCode);
takeCode();
