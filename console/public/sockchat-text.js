/**
 * The text side of Sock Chat (docs/protocols/sockchat.md, 1.1, 1.2 and 4.1): what the server escaped for clients
 * that render HTML is turned back into plain text here, and notices into sentences. Nothing of it is ever markup to
 * the page, which makes text nodes alone.
 */

/** @type {ReadonlyMap<string, string>} */
const entities = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
  ["#39", "'"],
  ["#039", "'"],
]);

/**
 * Server HTML → plain text: line breaks become real ones, the server's own tags go, entities are decoded once.
 * @param {string} html
 */
export function plainText(html) {
  return html
    .replace(/ ?<br ?\/?> ?/gi, "\n")
    .replace(/<[^<>]*>/g, "")
    .replace(
      /&(lt|gt|amp|quot|apos|#0?39);/gi,
      (whole, name) => entities.get(name.toLowerCase()) ?? whole,
    );
}

/** A notice id → its sentence; `{0}`, `{1}` are its arguments. @type {ReadonlyMap<string, string>} */
const sentences = new Map([
  ["say", "{0}"],
  ["welcome", "{0}"],
  ["join", "{0} has joined."],
  ["leave", "{0} has left."],
  ["jchan", "{0} has come into the channel."],
  ["lchan", "{0} has left the channel."],
  ["kick", "{0} was kicked."],
  ["flood", "{0} was put out for flooding."],
  ["timeout", "{0} has gone silent."],
  ["nick", "{0} is now {1}."],
  ["silence", "You have been silenced."],
  ["unsil", "You may speak again."],
  ["silok", "{0} is silenced."],
  ["usilok", "{0} may speak again."],
  ["flwarn", "Too many messages. Slow down, or you will be put out."],
  ["unban", "The ban of {0} is lifted."],
  ["banlist", "Banned: {0}"],
  ["who", "Online: {0}"],
  ["whochan", "In {0}: {1}"],
  ["crchan", "{0} is created."],
  ["delchan", "{0} is deleted."],
  ["cpwdchan", "The password is changed."],
  ["cprivchan", "The rank is changed."],
  ["ipaddr", "{0} comes from {1}."],
  ["generr", "Something went wrong. Try again."],
  ["nocmd", "There is no command /{0}."],
  ["cmdna", "You may not use {0}."],
  ["cmderr", "The command is not written that way."],
  ["usernf", "{0} is not here."],
  ["kickna", "You may not put out {0}."],
  ["samechan", "You are in {0} already."],
  ["notinchan", "You are not in {0}."],
  ["nochan", "There is no channel {0}."],
  ["ipchan", "You may not enter {0}."],
  ["nopwchan", "{0} needs a password."],
  ["ipwchan", "That is not the password of {0}."],
  ["inchan", "A channel cannot have that name."],
  ["nischan", "{0} exists already."],
  ["ndchan", "You may not delete {0}."],
  ["namchan", "You may not change {0}."],
  ["nameinuse", "The name {0} is taken."],
  ["rankerr", "That rank is above your own."],
  ["silerr", "That person is silenced already."],
  ["usilerr", "That person is not silenced."],
  ["silperr", "You may not silence that person."],
  ["usilperr", "You may not lift that silence."],
  ["silself", "You cannot silence yourself."],
  ["delerr", "You may not delete that message, or it is gone."],
  ["notban", "{0} is not banned."],
  ["whoerr", "You may not look into {0}."],
]);

/** Notices that say who came and went: shown small, between the messages. */
const passing = new Set(["join", "leave", "jchan", "lchan", "kick", "flood", "timeout", "nick"]);

/**
 * The body of a line by the bot: `<0|1>` `\f` id (`\f` argument)*.
 * @param {string} body
 * @returns {{ id: string, text: string, isError: boolean, isPassing: boolean }}
 */
export function readNotice(body) {
  const [kind = "0", id = "", ...args] = body.split("\f");
  const words = args.map(plainText);
  const sentence = sentences.get(id) ?? `${id} ${words.join(" ")}`;
  return {
    id,
    text: sentence.replace(/\{(\d)\}/g, (_whole, index) => words[Number(index)] ?? ""),
    isError: kind === "1",
    isPassing: passing.has(id),
  };
}

/** @type {ReadonlyMap<string, string>} */
const failures = new Map([
  ["authfail", "Name or password is wrong."],
  ["userfail", "This name cannot be used here."],
  ["sockfail", "Too many connections of this account are open."],
]);

/**
 * Why a sign-in was refused (packet 1.n).
 * @param {string} reason
 * @param {string | undefined} until Unix seconds; `-1` is for ever
 * @returns {{ standing: "refused" | "banned", text: string }}
 */
export function readRefusal(reason, until) {
  if (reason === "joinfail") return { standing: "banned", text: bannedUntil(until) };
  return { standing: "refused", text: failures.get(reason) ?? "The server refused the sign-in." };
}

/** @param {string | undefined} until Unix seconds; `-1` is for ever */
export function bannedUntil(until) {
  const seconds = Number(until ?? "-1");
  if (!(seconds > 0)) return "You are banned from this server.";
  return `You may not come back before ${new Date(seconds * 1000).toLocaleString()}.`;
}
