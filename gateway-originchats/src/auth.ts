/** The first words of a connection: handshake, log-in and `ready` (part 1, section 2). */
import { announcedPermissions, clipped, type Session, splitInvite } from "@dragoman/bus-schema";
import type { Packet, Step, View } from "@dragoman/gateway-kit";
import { type Config, keyTagOf } from "@dragoman/service-kit";
import { z } from "zod";
import { send } from "./answer.ts";
import { capabilities } from "./capability.ts";
import type { OriginchatsConnection } from "./client.ts";
import { assetUrl } from "./file-view.ts";
import { refuseSignIn } from "./leaving.ts";
import { ready } from "./packet.ts";
import { plainName } from "./place.ts";
import { authError } from "./rejection.ts";
import { settings } from "./settings.ts";
import { atSignpost } from "./signpost.ts";
import { encode, type JsonObject } from "./wire.ts";

/** Part 1, 2.3: which log-ins there are. Without Rotur a token of ours is typed as a password. */
function authMode({ accounts }: Config): "rotur" | "cracked" | "cracked-only" {
  if (!accounts.providers.includes("rotur")) return "cracked-only";
  return accounts.providers.includes("local") ? "cracked" : "rotur";
}

/**
 * The stock client fetches a proof from Rotur for each upload, so it cannot upload where there is no Rotur; bots
 * can (2.5).
 */
function announcedCapabilities(config: Config): readonly string[] {
  const uploads = config.attachments.enabled && authMode(config) !== "cracked-only";
  return uploads ? [...capabilities, "attachment_upload"].sort() : capabilities;
}

/** Part 1, 2.1: the first packet, unasked, with the values of this moment. */
export function handshake(client: OriginchatsConnection, view: View): Packet {
  const { server, fileBase } = view.roster;
  const { attachments } = view.config;
  const shown = (name: "icon" | "banner"): object =>
    server[name] === undefined ? {} : { [name]: assetUrl(server[name], name, fileBase) };
  const { url } = settings(view.config);
  return encode({
    cmd: "handshake",
    val: {
      server: {
        name: server.name,
        owner: { name: server.ownerName },
        ...shown("icon"),
        ...shown("banner"),
        ...(url === "" ? {} : { url }),
      },
      limits: {
        post_content: server.postContentMax,
        search_results: view.config.limits.searchResults,
      },
      attachments: {
        enabled: attachments.enabled,
        max_size: attachments.bytesMax,
        allowed_types: attachments.types,
        max_attachments_per_user: attachments.perPerson,
        permanent_tiers: attachments.permanentTiers,
      },
      version: "1.1.0",
      validator_key: client.own.validatorKey,
      capabilities: announcedCapabilities(view.config),
      permissions: announcedPermissions,
      auth_mode: authMode(view.config),
    },
  });
}

const Credentials = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** What the bus carries at most. Whatever is longer fails as what is cut does: nobody has such a name. */
const nameMax = 200;
const passwordMax = 4096;

/** What is kept of what a client calls itself. */
const kindMax = 64;

const kindOf = ({ own }: OriginchatsConnection): { readonly client?: string } =>
  own.kind === undefined ? {} : { client: own.kind };

function signIn(
  scheme: "password" | "register",
  packet: JsonObject,
  client: OriginchatsConnection,
  view: View,
): readonly Step[] {
  const { allowRegistration, providers } = view.config.accounts;
  const isInvited =
    typeof packet["username"] === "string" && splitInvite(packet["username"]).code !== undefined;
  const mayRegister = providers.includes("local") && (allowRegistration || isInvited);
  if (scheme === "register" && !mayRegister) {
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
        name: clipped(scheme === "password" ? plainName(name) : name, nameMax),
        password: clipped(given.data.password, passwordMax),
      },
      keyTag: keyTagOf(client.own.validator),
      ...kindOf(client),
      refuse: refuseSignIn(client, scheme),
    },
  ];
}

const invalid = "Invalid authentication";

/** Part 1, 2.4: whatever fails is one refusal. A validator that is no text is nobody's. */
function byRotur(packet: JsonObject, client: OriginchatsConnection, view: View): readonly Step[] {
  if (authMode(view.config) === "cracked-only") {
    return [authError("Rotur authentication is disabled. Use login or register commands.")];
  }
  const validator = packet["validator"] ?? undefined;
  const isText = typeof validator === "string" && validator.length <= passwordMax;
  if (validator !== undefined && !isText) return [authError(invalid)];
  const key = client.own.validatorKey;
  return [
    {
      do: "authenticate",
      credentials: { scheme: "rotur", key, ...(isText ? { validator } : {}) },
      keyTag: keyTagOf(client.own.validator),
      ...kindOf(client),
      refuse: (rejection, now) =>
        rejection.code === "busy"
          ? [authError(invalid)]
          : refuseSignIn(client, "rotur")(rejection, now),
    },
  ];
}

const crackedRows: ReadonlyMap<unknown, "password" | "register"> = new Map<
  unknown,
  "password" | "register"
>([
  ["login", "password"],
  ["register", "register"],
]);

/** Part 1, 2.3, steps 2 to 4. */
export function beforeLogin(
  packet: JsonObject,
  client: OriginchatsConnection,
  view: View,
): readonly Step[] {
  const kind = packet["client"];
  if (typeof kind === "string") {
    client.own.newer = true;
    client.own.kind = kind.slice(0, kindMax);
  }
  if (packet["cmd"] === "auth") return byRotur(packet, client, view);
  const scheme = crackedRows.get(packet["cmd"]);
  if (scheme === undefined && client.own.atSignpost) return atSignpost(packet, view);
  return scheme === undefined || authMode(view.config) === "rotur"
    ? [authError("Authentication required")]
    : signIn(scheme, packet, client, view);
}

/** Part 1, 2.6: back to back, then what the log-in gave this connection like everybody else. */
export function welcome(
  client: OriginchatsConnection,
  session: Session,
  own: readonly Packet[],
  { roster }: View,
): readonly Step[] {
  const user = roster.user(session.userId);
  const self = user === undefined ? [] : [encode(ready(user, client.own.validator, roster))];
  const success = encode({ cmd: "auth_success", val: "Authentication successful" });
  return [send(success, ...self, ...own)];
}
