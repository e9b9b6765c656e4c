/** What somebody is given who comes when a sequence is over. */
import { OriginchatsClient } from "../support/originchats-client.ts";
import type { Crew } from "./house-crew.ts";
import { isOfMaking } from "./house-ear.ts";
import { contentOf, messageText } from "./house-ear-oc.ts";
import { mentionedIn } from "./house-lines.ts";
import { unreadOf } from "./house-marks.ts";
import { Model } from "./house-model.ts";
import {
  isHidden,
  isIn,
  isOnline,
  type Name,
  nameOf,
  ocText,
  type Place,
  people,
  type Seat,
  type State,
  seats,
  sideOf,
  slugOf,
  titleOf,
  views,
} from "./house-state.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Whether the model holds a page of it. */
const isRead = ({ id, pair, isForum }: Place): boolean =>
  id !== "general" && pair === undefined && isForum !== true;

/**
 * Who comes now is given what the model says: history and people.
 * @returns what is wrong; undefined: nothing
 */
export async function newcomer(crew: Crew, states: readonly State[]): Promise<string | undefined> {
  const [state] = states as readonly [State];
  const seen: string[] = [];
  for (const packet of await crew.lists()) {
    const users = packet["users"] as readonly { readonly username: string }[];
    const isOnlineList = packet.cmd === "users_online";
    const ours = users
      .filter(
        ({ username }) => username.startsWith(crew.prefix) && username !== `${crew.prefix}all`,
      )
      .map((user) => personText(user, crew))
      .sort();
    seen.push(`${isOnlineList ? "online" : "all"}: ${ours.join(", ")}`);
  }
  for (const place of state.places) {
    if (!isRead(place)) continue;
    const title = titleOf(state, place);
    const page = (await crew.page(place, state))["messages"] as readonly Record<string, unknown>[];
    seen.push(
      `${title} on OriginChats: ${page
        .filter(
          (message) =>
            crew.tongue.isOurs(contentOf(message)) && !isOfMaking(String(message["content"])),
        )
        .map((message) => pageText(message, crew))
        .join(", ")}`,
    );
    if (place.thread?.archived === true) continue;
    const ear = await crew.visit(place.id, state);
    seen.push(
      `${slugOf(place)} on Sock Chat: ${ear
        .drain()
        .talk.filter((told) => told.startsWith("line "))
        .join(", ")}`,
    );
  }
  for (const seat of seats) {
    const client = crew.clients.get(seat);
    if (client instanceof OriginchatsClient)
      seen.push(...(await readBy(seat, client, crew, state)));
  }
  const told = states.map(expected);
  if (!told.some((each) => each.join("\n") === seen.join("\n")))
    return `a newcomer is given\n${seen.filter((each) => told[0]?.includes(each) !== true).join("\n")}\nexpected\n${told[0]?.filter((each) => !seen.includes(each)).join("\n")}`;
  return undefined;
}

/** What somebody has not read, by either count, and where they were named. */
async function readBy(
  seat: Seat,
  client: OriginchatsClient,
  crew: Crew,
  state: State,
): Promise<readonly string[]> {
  const { tongue, speech } = crew;
  const show = (title: string, count: Fields): string =>
    `${title} ${count["unread_count"]}/${count["total_messages"]} ${
      count["last_read"] === null ? null : tongue.key(String(count["last_read"]))
    }`;
  const { unreads } = (await crew.read({ cmd: "unreads_get" }, client)) as unknown as {
    readonly unreads: Readonly<Record<string, Fields>>;
  };
  const ours = Object.entries(unreads).filter(([key, { parent_channel }]) =>
    tongue.isOurs(String(parent_channel ?? key)),
  );
  const counts: string[] = [];
  const titles = new Map<string, string>();
  for (const place of state.places.filter(isRead)) {
    const where = speech.where(place, state);
    const { thread_id } = where;
    titles.set(
      thread_id === undefined ? where.channel : `thread/${thread_id}`,
      titleOf(state, place),
    );
    if (!views(state, nameOf(seat), place)) continue;
    counts.push(
      show(titleOf(state, place), await crew.read({ cmd: "unreads_count", ...where }, client)),
    );
  }
  const { messages } = (await crew.read({ cmd: "pings_get", limit: 100 }, client)) as unknown as {
    readonly messages: readonly Fields[];
  };
  // What was said where all stand is there still when a sequence is over.
  const named = messages.filter(({ channel }) => channel !== "general");
  const listed = ours.map(([key, count]) => show(titles.get(key) ?? key, count));
  return [
    `unread of ${seat}: ${listed.sort()}`,
    `counted by ${seat}: ${counts.sort()}`,
    `named ${seat}: ${named.map(({ id }) => tongue.key(String(id)))}`,
  ];
}

/** The same by the model. */
function expectedReading(state: State, seat: Seat): readonly string[] {
  const name = nameOf(seat);
  const places = state.places.filter((place) => isRead(place) && views(state, name, place));
  const counts = places.map((place) => unreadOf(state, name, place)).sort();
  const named = places
    .flatMap(({ lines }) => lines)
    .filter((line) => mentionedIn(line) === name || line.replyTo?.author === name)
    .sort((a, b) => b.at - a.at)
    .map(({ key }) => key);
  return [
    `unread of ${seat}: ${counts}`,
    `counted by ${seat}: ${counts}`,
    `named ${seat}: ${named}`,
  ];
}

function personText(user: Record<string, unknown>, crew: Crew): string {
  const { status, text } = user["status"] as { readonly status: string; readonly text: string };
  const nick = user["nickname"] === null ? null : crew.tongue.plain(String(user["nickname"]));
  const rank = (user["roles"] as readonly string[]).includes("moderator") ? 5 : 1;
  const shown = status === "offline" ? "offline" : `${status} ${text}`;
  return `${crew.tongue.plain(String(user["username"]))} ${nick} ${shown} ${rank}`;
}

function pageText(message: Record<string, unknown>, crew: Crew): string {
  const { tongue } = crew;
  const reactions = Object.entries(
    (message["reactions"] ?? {}) as Record<string, readonly string[]>,
  ).flatMap(([emoji, names]) => names.map((name) => `${emoji} ${tongue.plain(name)}`));
  const marks = [
    message["edited"] === true ? "edited" : "",
    message["pinned"] === true ? "pinned" : "",
    ...reactions.sort(),
  ];
  return `${messageText(message, tongue)} ${marks.filter((mark) => mark !== "").join("+")}`;
}

const shownPerson = (state: State, name: Name): string => {
  const person = state.people[name];
  const isShown = isOnline(person) && !isHidden(person);
  return `${name} ${person.nick} ${isShown ? `${person.status} ${person.text}` : "offline"} ${person.moderator ? 5 : 1}`;
};

/** What a newcomer is given, by the model. */
function expected(state: State): readonly string[] {
  const there = people.filter((name) => !state.people[name].banned);
  const online = there.filter(
    (name) => isOnline(state.people[name]) && state.people[name].status !== "invisible",
  );
  const told = [
    `all: ${there
      .map((name) => shownPerson(state, name))
      .sort()
      .join(", ")}`,
    `online: ${online
      .map((name) => shownPerson(state, name))
      .sort()
      .join(", ")}`,
  ];
  for (const place of state.places) {
    if (!isRead(place)) continue;
    const title = titleOf(state, place);
    const lines = place.lines.map((line) => {
      const marks = [
        line.edits > 0 ? "edited" : "",
        line.pinned ? "pinned" : "",
        ...[...line.reactions].sort(),
      ];
      const answers = line.replyTo === undefined ? "" : ` re ${line.replyTo.key}`;
      return `${line.author} ${ocText(line)}${answers} ${marks.filter((mark) => mark !== "").join("+")}`;
    });
    told.push(`${title} on OriginChats: ${lines.join(", ")}`);
    if (place.thread?.archived === true) continue;
    const model = new Model(state);
    told.push(`${slugOf(place)} on Sock Chat: ${model.page(place.id).join(", ")}`);
  }
  for (const seat of seats)
    if (sideOf(seat) === "oc" && isIn(state, seat)) told.push(...expectedReading(state, seat));
  return told;
}
