/** How people say what an act means: a packet of OriginChats, a line of Sock Chat. */
import type { Act } from "./house-act.ts";
import type { Tongue } from "./house-ear.ts";
import { choices } from "./house-polls.ts";
import {
  aboveOf,
  ocText,
  type Place,
  placeOf,
  type State,
  scText,
  slugOf,
  type View,
} from "./house-state.ts";

export type Packet = { readonly cmd: string; readonly [field: string]: unknown };

/** The lists of a channel that some may see. */
export function listsOf(view: View): object {
  const lists = view === "moderator" ? ["moderator"] : ["user"];
  const keepers = ["moderator"];
  return { view: lists, send: lists, create_thread: lists, pin: keepers, delete: keepers };
}

/** What `/password` and `/rank` are given. */
function guarding(act: Extract<Act, { do: "password" | "rank" }>): object {
  if (act.do === "rank") return { rank: act.rank };
  return act.password === null ? {} : { password: act.password };
}

export class Speech {
  readonly #crew: string;
  readonly #tongue: Tongue;

  constructor(tongue: Tongue) {
    this.#crew = tongue.crew;
    this.#tongue = tongue;
  }

  /** A word of the model, or a name of a channel, as this sequence has it. */
  real(word: string): string {
    const named = word.replaceAll("@", `@${this.#crew}`);
    return word === "general" || word.startsWith("@") ? named : this.#tongue.here + named;
  }

  /** How packets name a place. */
  where(place: Place, state: State): { readonly channel: string; readonly thread_id?: string } {
    const channel = this.real(aboveOf(state, place).name);
    const threadId = place.thread === undefined ? undefined : this.#tongue.threadId(place.id);
    return threadId === undefined ? { channel } : { channel, thread_id: threadId };
  }

  /** What a place is called on Sock Chat. */
  slug(id: string, state: State): string {
    const place = placeOf(state, id);
    if (place === undefined) return this.real(id);
    return slugOf(place)
      .split("-")
      .map((word) => this.real(word))
      .join("-");
  }

  /** An act as a packet of OriginChats; undefined: its client knows nothing to mean by it. */
  asked(act: Act, state: State): Packet | undefined {
    const slash = (command: string, args: object): Packet => ({
      cmd: "slash_call",
      channel: "general",
      command,
      args,
    });
    const place = "place" in act ? placeOf(state, act.place) : undefined;
    const where = place === undefined ? { channel: "" } : this.where(place, state);
    const { channel } = where;
    const id = "key" in act ? this.#tongue.id("oc", act.key) : undefined;
    if ("key" in act && id === undefined) return undefined;
    switch (act.do) {
      case "open": {
        const forum = this.real(placeOf(state, act.forum)?.name ?? "");
        return { cmd: "thread_create", channel: forum, name: this.real(act.id) };
      }
      case "alter": {
        const { locked, archived, title } = act;
        const name = title === undefined ? {} : { name: this.real(title) };
        return { cmd: "thread_update", ...where, locked, archived, ...name };
      }
      case "erase":
        return { cmd: "thread_delete", ...where };
      case "partake":
        return { cmd: "thread_join", ...where };
      case "part":
        return { cmd: "thread_leave", ...where };
      case "enter":
        return slash("join", {
          name: this.real(placeOf(state, act.place)?.name ?? ""),
          ...(act.password === undefined ? {} : { password: act.password }),
        });
      case "quit":
        return slash("leave", { name: this.real(placeOf(state, act.place)?.name ?? "") });
      case "password":
      case "rank":
        return { ...slash(act.do, guarding(act)), channel };
      case "say": {
        if (act.style === "action")
          return { ...slash("me", { text: this.real(act.words) }), ...where };
        const content = ocText({ ...act, words: this.real(act.words) });
        if (act.replyTo === undefined) return { cmd: "message_new", ...where, content };
        return {
          cmd: "message_new",
          ...where,
          content,
          reply_to: this.#tongue.id("oc", act.replyTo),
        };
      }
      case "edit":
        return {
          cmd: "message_edit",
          ...where,
          id,
          content: ocText({ ...act, words: this.real(act.words) }),
        };
      case "delete":
        return { cmd: "message_delete", ...where, id };
      case "react":
        return { cmd: "message_react_add", ...where, id, emoji: act.emoji };
      case "unreact":
        return { cmd: "message_react_remove", ...where, id, emoji: act.emoji };
      case "pin":
      case "unpin":
        return {
          cmd: `message_${act.do}`,
          channel,
          id,
          ...(act.do === "pin" ? { pinned: true } : {}),
        };
      case "poll": {
        const options = choices.map((text) => ({ text }));
        const asked = { question: this.real(act.words), options, allow_multiselect: act.multi };
        return { cmd: "poll_create", ...where, ...asked };
      }
      case "vote":
        return { cmd: "poll_vote", message_id: id, option_ids: act.choice.map(String) };
      case "close":
        return { cmd: "poll_end", message_id: id };
      case "read":
        return { cmd: "messages_get", ...where, limit: 50 };
      case "ack": {
        const upTo = act.up === undefined ? undefined : this.#tongue.id("oc", act.up);
        return { cmd: "unreads_ack", ...where, message_id: upTo };
      }
      case "whisper":
        return slash("msg", { username: this.#crew + act.to, text: this.real(act.words) });
      case "nick":
        return slash("nick", act.nick === null ? {} : { nickname: this.#crew + act.nick });
      case "afk":
        return slash("afk", act.text === "" ? {} : { reason: act.text });
      case "status":
        return { cmd: "status_set", status: act.status, text: act.text };
      case "kick":
      case "ban":
      case "unban":
      case "silence":
      case "unsilence":
        return slash(act.do, { username: this.#crew + act.target });
      default:
        return undefined;
    }
  }

  /** An act as a line of Sock Chat. */
  typed(act: Act, state: State): string | undefined {
    const number = "key" in act ? this.#tongue.id("sc", act.key) : undefined;
    if ("key" in act && number === undefined) return undefined;
    switch (act.do) {
      case "say": {
        const words = this.real(act.words);
        if (act.style === "action") return `/me ${words}`;
        const text = scText({ ...act, words, edits: 0 });
        if (act.replyTo === undefined) return text;
        return `/reply #${this.#tongue.id("sc", act.replyTo) ?? "1"} ${text}`;
      }
      case "edit":
        return `/edit #${number} ${scText({ style: act.style === "action" ? "plain" : act.style, words: this.real(act.words), edits: 0 })}`;
      case "delete":
        return `/delmsg ${number}`;
      case "react":
      case "unreact":
        return `/${act.do} #${number} ${act.emoji}`;
      case "pin":
      case "unpin":
        return `/${act.do} #${number}`;
      case "poll":
        return `/poll ${[this.real(act.words), ...choices].join(" | ")}`;
      case "vote":
        return `/vote ${act.choice.map((n) => n + 1).join(" ")}`;
      case "whisper":
        return `/msg ${this.#crew}${act.to} ${this.real(act.words)}`;
      case "nick":
        return act.nick === null ? "/nick" : `/nick ${this.#crew}${act.nick}`;
      case "afk":
        return `/afk ${act.text}`.trimEnd();
      case "move": {
        const password = act.password === undefined ? "" : ` ${act.password}`;
        return `/join ${this.slug(act.place, state)}${password}`;
      }
      case "password":
        return `/password ${act.password ?? ""}`.trimEnd();
      case "rank":
        return `/rank ${act.rank}`;
      case "make":
        return `/create ${this.real(act.id)}`;
      case "unmake":
        return `/delchan ${this.slug(act.place, state)}`;
      case "open":
        return `/thread ${this.slug(act.forum, state)} ${this.real(act.id)}`;
      case "kick":
      case "ban":
      case "unban":
      case "silence":
      case "unsilence":
        return `/${act.do} ${this.#crew}${act.target}`;
      default:
        return undefined;
    }
  }

  /** What the owner does. */
  ruled(act: Exclude<Act, { who: unknown }>, state: State): Packet {
    if (act.do === "promote") {
      const roles = act.moderator ? ["moderator", "user"] : ["user"];
      return { cmd: "user_roles_set", user: this.#crew + act.target, roles };
    }
    const name = this.real(placeOf(state, act.place)?.name ?? "");
    if (act.do === "remove") return { cmd: "channel_delete", name };
    if (act.do === "password" || act.do === "rank")
      return { cmd: "slash_call", channel: name, command: act.do, args: guarding(act) };
    const updates =
      act.do === "rename" ? { name: this.real(act.name) } : { permissions: listsOf(act.view) };
    return { cmd: "channel_update", current_name: name, updates };
  }
}
