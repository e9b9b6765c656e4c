/**
 * Inbound table 1: packet id → what it becomes (reference, part 2.1). Ids that are not here are passed over:
 * that is the upgrade path that clients rely on.
 */
import { isLonger } from "@dragoman/bus-schema";
import type { Packet, Step, View } from "@dragoman/gateway-kit";
import { readCredentials, refuseSignIn } from "./auth.ts";
import type { Connection } from "./client.ts";
import { sendNotice } from "./entry.ts";
import { countFailed } from "./flood.ts";
import { contentTyped } from "./mention.ts";
import { capabilitiesPacket, pongPacket, serverInfoPacket } from "./packet.ts";
import { readQuote } from "./quote.ts";
import { sendRefusal } from "./refuse.ts";
import { tooLong } from "./rejection.ts";
import { placeOf } from "./room.ts";
import { textAtSignpost } from "./signpost.ts";
import { runSlash, typedLengthMax } from "./slash/index.ts";
import { type Speaker, speakerOf } from "./speaker.ts";
import { clean } from "./text.ts";

interface PacketRow {
  readonly id: string;
  readonly name: string;
  /** What it becomes before sign-in; absent: it is passed over. */
  readonly stranger?: (
    fields: readonly string[],
    client: Connection,
    view: View,
  ) => readonly Step[];
  /** What it becomes afterwards; absent: it is passed over. */
  readonly speaker?: (fields: readonly string[], speaker: Speaker, view: View) => readonly Step[];
}

/** The capabilities that are granted when asked for. */
const grantable: ReadonlySet<string> = new Set(["TYPING"]);
const grantedOf = (asked: readonly string[]): readonly string[] =>
  [...new Set(asked)].filter((name) => grantable.has(name));

/** What is kept of what a client calls itself. */
const identMax = 64;

/** How often a connection's typing is passed on. */
const typingMs = 3_000;

function signIn(fields: readonly string[], client: Connection): readonly Step[] {
  const credentials = readCredentials(fields);
  return credentials === undefined
    ? []
    : [
        {
          do: "authenticate",
          credentials,
          ...(client.own.ident === undefined ? {} : { client: client.own.ident }),
          refuse: (rejection, view) => [
            ...refuseSignIn(client, credentials, rejection, view),
            ...countFailed(client, view),
          ],
        },
      ];
}

/** Whether a packet's user id is the speaker's: the person's number, or the one that the client goes by. */
function isOwn(id: string | undefined, { user, session }: Speaker): boolean {
  return (
    id === String(user.number) || (session.alias !== undefined && id === String(session.alias))
  );
}

/** Ends `/afk`, then runs the text (part 4.2): whatever somebody types, even in vain, says that they are back. */
function endAfkFirst(client: Connection, text: string): Step {
  const after = (view: View): readonly Step[] => {
    const speaker = speakerOf(client, view);
    return speaker === undefined ? [] : runText(text, speaker, view);
  };
  return {
    do: "command",
    body: { type: "status.back" },
    settle: (own, _commit, view) => [{ do: "send", packets: own }, ...after(view)],
    unchanged: after,
    refuse: (_rejection, view) => after(view),
  };
}

/** Packet 2. Nothing becomes of it where the id is somebody else's or the text is empty. */
function receiveText(fields: readonly string[], speaker: Speaker, view: View): readonly Step[] {
  const [id, raw = ""] = fields;
  if (!isOwn(id, speaker)) return [];
  const max = view.roster.server.postContentMax;
  if (raw.length > typedLengthMax(max)) return [sendNotice(tooLong(max), view)];
  const text = clean(raw);
  if (text === "") return [];
  const isHere = speaker.user.status.afk === undefined;
  return isHere ? runText(text, speaker, view) : [endAfkFirst(speaker.client, text)];
}

/** What a text becomes: a slash command, else a message where the speaker stands. */
function runText(text: string, speaker: Speaker, view: View): readonly Step[] {
  if (text.startsWith("/")) return runSlash(text, speaker, view);
  const max = view.roster.server.postContentMax;
  if (isLonger(text, max)) return [sendNotice(tooLong(max), view)];
  return [
    {
      do: "command",
      body: {
        type: "message.post",
        place: placeOf(speaker.channel),
        kind: "text",
        content: contentTyped(text, view.roster),
        ...readQuote(text, view.roster),
      },
      refuse: (rejection, now) => sendRefusal(rejection, { command: null, given: "" }, now),
    },
  ];
}

/** Packet 3 before sign-in: client info. A number alone is the version exchange of old, which nobody speaks. */
function receiveClientInfo(fields: readonly string[], client: Connection): readonly Step[] {
  const [ident = "", asked = ""] = fields;
  if (client.own.introduced || ident === "" || /^[0-9]+$/.test(ident)) return [];
  client.own.introduced = true;
  client.own.ident = ident.slice(0, identMax);
  client.own.capabilities = grantedOf(asked.split("\f", 64));
  return [{ do: "send", packets: [serverInfoPacket(client.own.capabilities)] }];
}

/** Packet 3 afterwards: the capability exchange. Each one replaces the set. */
function exchangeCapabilities(fields: readonly string[], { client }: Speaker): readonly Step[] {
  client.own.capabilities = grantedOf((fields[0] ?? "").split(" ", 64));
  return [{ do: "send", packets: [capabilitiesPacket(client.own.capabilities)] }];
}

/** Packet 4, with or without the user id in front. Never answered. */
function startTyping(fields: readonly string[], speaker: Speaker, view: View): readonly Step[] {
  const { own } = speaker.client;
  if (fields.length > 1 && !isOwn(fields[0], speaker)) return [];
  if (view.steadyMs - own.typedAtMs < typingMs) return [];
  own.typedAtMs = view.steadyMs;
  const place = placeOf(speaker.channel);
  return [{ do: "command", body: { type: "typing.start", place }, refuse: () => [] }];
}

function pong(client: Connection, { steadyMs }: View): readonly Packet[] {
  client.own.pingedAtMs = steadyMs;
  return [pongPacket()];
}

function ping(_fields: readonly string[], { client }: Speaker, view: View): readonly Step[] {
  return [{ do: "send", packets: pong(client, view) }];
}

/** What becomes of a packet of whoever stands at the signpost; nothing of any other stranger's. */
const ifAtSignpost =
  (row: (client: Connection, view: View) => readonly Step[]): NonNullable<PacketRow["stranger"]> =>
  (_fields, client, view) =>
    client.own.atSignpost ? row(client, view) : [];

/** What a ping is answered, where the packet is one and somebody is signed in. */
export function pongTo(
  { id }: { readonly id: string },
  client: Connection,
  view: View,
): readonly Packet[] | undefined {
  return id === "0" && client.session !== undefined ? pong(client, view) : undefined;
}

/** All packets of clients, by id. */
export const clientPackets: readonly PacketRow[] = [
  {
    id: "0",
    name: "Ping",
    stranger: ifAtSignpost((client, view) => [{ do: "send", packets: pong(client, view) }]),
    speaker: ping,
  },
  { id: "1", name: "Authorization Attempt", stranger: signIn },
  {
    id: "2",
    name: "Message Send",
    stranger: ifAtSignpost((_client, view) => textAtSignpost(view)),
    speaker: receiveText,
  },
  {
    id: "3",
    name: "Client Info, Capabilities",
    stranger: receiveClientInfo,
    speaker: exchangeCapabilities,
  },
  { id: "4", name: "Typing", speaker: startTyping },
];

/** The ids of all of them. */
export const packetIds: readonly string[] = clientPackets.map(({ id }) => id);

const rows = new Map(clientPackets.map((row) => [row.id, row]));

/** The steps of a decoded packet; none where the id is unknown or means nothing at this time. */
export function receivePacket(
  packet: { readonly id: string; readonly fields: readonly string[] },
  client: Connection,
  view: View,
): readonly Step[] {
  const row = rows.get(packet.id);
  if (row === undefined) return [];
  if (client.session === undefined) return row.stranger?.(packet.fields, client, view) ?? [];
  const speaker = speakerOf(client, view);
  return speaker === undefined ? [] : (row.speaker?.(packet.fields, speaker, view) ?? []);
}
