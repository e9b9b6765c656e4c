/**
 * The contract between a protocol's client and the pane that shows it. A client is one connection; it tells its
 * pane what it hears and never looks at the page. The pane makes a new client to connect again.
 */

/**
 * Where a client stands. From `lost` the pane tries again by itself; `refused`, `kicked`, `banned` and `left` last
 * until somebody signs in again.
 * @typedef {"connecting" | "signing in" | "online" | "lost" | "refused" | "kicked" | "banned" | "left"} Standing
 */

/** @typedef {{ name: string, password: string, fresh: boolean }} Credentials `fresh`: register the account first */

/**
 * @typedef {object} Channel
 * @property {string} name its identity on the wire
 * @property {string} label what is shown
 * @property {boolean} current
 * @property {number} unread messages since it was last looked at
 * @property {string} detail a word beside the name, or ""
 */

/**
 * @typedef {object} Person
 * @property {string} key identity within the protocol
 * @property {string} name what is shown
 * @property {string} account what commands call the person
 * @property {string | null} colour `#rrggbb`
 * @property {boolean} present
 * @property {string} detail role or rank, or ""
 * @property {readonly ("kick" | "ban")[]} acts what one may do to the person
 */

/**
 * @typedef {object} Line
 * @property {string} id
 * @property {string} author
 * @property {string | null} colour `#rrggbb`
 * @property {number} atMs
 * @property {string} text plain text, with line breaks
 * @property {"said" | "action" | "private" | "bot"} kind
 * @property {boolean} edited
 * @property {boolean} mayEdit
 * @property {boolean} mayRemove
 */

/**
 * What a client tells.
 * @typedef {object} Listener
 * @property {(standing: Standing, detail?: string) => void} standing
 * @property {(name: string, rights: { mayLift: boolean }) => void} self who one is
 * @property {(channels: readonly Channel[]) => void} channels
 * @property {(people: readonly Person[]) => void} people
 * @property {(lines: readonly Line[]) => void} reset all lines of the current channel, oldest first
 * @property {(line: Line) => void} put a new line, or a changed one in its place
 * @property {(id: string) => void} remove
 * @property {(text: string) => void} passing a small line between the messages: somebody came or went
 * @property {(text: string, tone: "info" | "error") => void} notice
 * @property {(direction: "in" | "out", frame: string) => void} frame
 */

/**
 * What a pane asks.
 * @typedef {object} Client
 * @property {(text: string) => void} say
 * @property {((id: string, text: string) => void) | undefined} edit absent where the protocol has no edit
 * @property {(id: string) => void} remove
 * @property {(channel: string) => void} enter
 * @property {(act: "kick" | "ban", person: Person) => void} act
 * @property {(name: string) => void} lift lifts a ban
 * @property {() => void} leave signs out and closes
 */

/**
 * @callback Connect
 * @param {string} url
 * @param {Credentials} credentials
 * @param {Listener} listener
 * @returns {Client}
 */

/** Only this form of a colour is ever given to the page. @param {unknown} value @returns {string | null} */
export function colourOf(value) {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value) ? value : null;
}

/**
 * Opens a socket whose every frame is also shown raw.
 * @param {string} url
 * @param {Listener} listener
 * @param {{ open?: () => void, frame: (text: string) => void }} on
 * @returns {{ send: (frame: string, shown?: string) => void, close: () => void, ended: (standing: Standing, detail?: string) => void }}
 */
export function openSocket(url, listener, on) {
  const socket = new WebSocket(url);
  /** The first final word on why this connection is over; what comes after it changes nothing. */
  let isOver = false;
  const over = (/** @type {Standing} */ standing, /** @type {string} */ detail = "") => {
    if (isOver) return;
    isOver = true;
    listener.standing(standing, detail);
  };
  listener.standing("connecting");
  socket.addEventListener("open", () => on.open?.());
  socket.addEventListener("message", (event) => {
    if (typeof event.data !== "string") return;
    listener.frame("in", event.data);
    on.frame(event.data);
  });
  socket.addEventListener("close", (event) => {
    over("lost", event.reason === "" ? `closed with code ${event.code}` : event.reason);
  });
  return {
    send(frame, shown = frame) {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(frame);
      listener.frame("out", shown);
    },
    close: () => socket.close(1000),
    ended: over,
  };
}
