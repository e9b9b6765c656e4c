/** The first words of a connection: handshake, log-in and `ready` (part 1, section 2). */
import type { Session } from "@dragoman/bus-schema";
import { announcedPermissions } from "@dragoman/bus-schema";
import type { Packet, Step, View } from "@dragoman/gateway-kit";
import { z } from "zod";
import { send } from "./answer.ts";
import { capabilities } from "./capability.ts";
import type { OriginchatsConnection } from "./client.ts";
import { plainName } from "./place.ts";
import { authError, rejectionText } from "./rejection.ts";
import { ownUser } from "./view.ts";
import { encode, type JsonObject } from "./wire.ts";

/** Results of a search, which this version does not serve; clients do not read the figure (2.1). */
const searchResults = 30;

/** Part 1, 2.1: the first packet, unasked, with the values of this moment. */
export function handshake(client: OriginchatsConnection, view: View): Packet {
  const { server } = view.roster;
  const { url } = view.config.originchats;
  return encode({
    cmd: "handshake",
    val: {
      server: {
        name: server.name,
        owner: { name: server.ownerName },
        ...(url === "" ? {} : { url }),
      },
      limits: { post_content: server.postContentMax, search_results: searchResults },
      attachments: {
        enabled: false,
        max_size: 0,
        allowed_types: [],
        max_attachments_per_user: 0,
        permanent_tiers: [],
      },
      version: "1.1.0",
      validator_key: client.own.validatorKey,
      capabilities,
      permissions: announcedPermissions,
      auth_mode: "cracked-only",
    },
  });
}

const Credentials = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** What the bus carries at most. Whatever is longer fails as what is cut does: nobody has such a name. */
const nameMax = 200;
const passwordMax = 4096;

function signIn(scheme: "password" | "register", packet: JsonObject, view: View): readonly Step[] {
  if (scheme === "register" && !view.config.accounts.allowRegistration) {
    return [authError("Registration is disabled")];
  }
  const given = Credentials.safeParse(packet);
  if (!given.success) return [authError("Username and password required")];
  const name = given.data.username.trim().toLowerCase();
  return [
    {
      do: "authenticate",
      credentials: {
        scheme,
        name: (scheme === "password" ? plainName(name) : name).slice(0, nameMax),
        password: given.data.password.slice(0, passwordMax),
      },
      refuse: (rejection, { nowMs }) => [authError(rejectionText(rejection, nowMs))],
    },
  ];
}

type SignInRow = (packet: JsonObject, view: View) => readonly Step[];

/** The commands that are known before log-in, and only then (2.3). */
const signInRows: ReadonlyMap<unknown, SignInRow> = new Map<unknown, SignInRow>([
  ["auth", () => [authError("Rotur authentication is disabled. Use login or register commands.")]],
  ["login", (packet, view) => signIn("password", packet, view)],
  ["register", (packet, view) => signIn("register", packet, view)],
]);

/** Part 1, 2.3, steps 2 to 4. */
export function beforeLogin(packet: JsonObject, view: View): readonly Step[] {
  const row = signInRows.get(packet["cmd"]);
  return row === undefined ? [authError("Authentication required")] : row(packet, view);
}

/** Part 1, 2.6: back to back, then what the log-in gave this connection like everybody else. */
export function welcome(
  client: OriginchatsConnection,
  session: Session,
  own: readonly Packet[],
  { roster }: View,
): readonly Step[] {
  const user = roster.user(session.userId);
  const ready = encode({
    cmd: "ready",
    user: user === undefined ? {} : ownUser(user, roster),
    validator: client.own.validator,
  });
  const success = encode({ cmd: "auth_success", val: "Authentication successful" });
  return [send(success, ready, ...own)];
}
