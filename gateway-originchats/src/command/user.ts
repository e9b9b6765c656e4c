/** Requests about people (part 3, sections 3.1, 3.3, 3.4 and 3.6). */
import { isLonger, isOwner, nicknameMax, PictureUrl, type Right, User } from "@dragoman/bus-schema";
import { closings, type Step, type View } from "@dragoman/gateway-kit";
import { z } from "zod";
import { type Ask, fail, reply, thenReply } from "../answer.ts";
import { listStep } from "../people-list.ts";
import { channelRefOf, findUser } from "../place.ts";
import {
  nicknameTexts,
  nicknameTooLong,
  type OwnTexts,
  ownerRequired,
  refuse,
  rejectionText,
} from "../rejection.ts";
import { encode, withListener } from "../wire.ts";
import { type CommandRows, lacks, noChannel, noFields, optionalText, row } from "./row.ts";

const userRequired = "User parameter is required";
const noUser = "User not found";
const lastOwner = "Cannot delete the last owner";

// ---- user_update ----------------------------------------------------------------------------------------

const UpdateShape = z.object({ user: optionalText, updates: z.unknown().exactOptional() });

/** What is to be changed, or the error's text. */
type Updates =
  | { readonly ok: true; readonly username?: string; readonly nickname?: string | null }
  | { readonly ok: false; readonly error: string };

const fields: ReadonlySet<string> = new Set(["username", "nickname"]);

function updatesOf(given: unknown): Updates {
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  const entries = isObject ? Object.entries(given) : [];
  if (entries.length === 0) return { ok: false, error: "Updates must be an object" };
  const foreign = entries.find(([field]) => !fields.has(field));
  if (foreign !== undefined) return { ok: false, error: `Cannot update field: ${foreign[0]}` };
  const { username, nickname } = Object.fromEntries(entries) as Record<string, unknown>;
  if (username !== undefined && (typeof username !== "string" || username.trim() === "")) {
    return { ok: false, error: "Username must be a non-empty string" };
  }
  if (nickname !== undefined && nickname !== null && typeof nickname !== "string") {
    return { ok: false, error: "Nickname must be a string or null" };
  }
  if (username !== undefined && !User.shape.name.safeParse(username).success) {
    const error = rejectionText({ code: "bad_login", why: "name_length" }, 0);
    return { ok: false, error };
  }
  const trimmed = nickname?.trim() ?? "";
  if (isLonger(trimmed, nicknameMax)) return { ok: false, error: nicknameTooLong };
  return {
    ok: true,
    ...(username === undefined ? {} : { username }),
    ...(nickname === undefined ? {} : { nickname: trimmed === "" ? null : trimmed }),
  };
}

/** A name takes `manage_users`; for a nickname alone `manage_nicknames` suffices (bridge table, Rights). */
function rightFor(given: unknown): Right {
  const named = typeof given === "object" && given !== null && Object.hasOwn(given, "username");
  return named ? "manageUsers" : "manageNicknames";
}

function update(packet: z.infer<typeof UpdateShape>, ask: Ask): readonly Step[] {
  if (lacks(ask, rightFor(packet.updates))) {
    return fail(ask, "Access denied: 'manage_users' permission required");
  }
  if (!packet.user) return fail(ask, userRequired);
  const target = findUser(packet.user, ask.view.roster);
  if (target === undefined) return fail(ask, noUser);
  const updates = updatesOf(packet.updates);
  if (!updates.ok) return fail(ask, updates.error);
  const { userId } = target;
  const { username, nickname } = updates;
  const answer = (roster: View["roster"]): object => {
    const { name, nickname: present = null } = roster.user(userId) ?? target;
    return { cmd: "user_update", user: name, nickname: present };
  };
  return [
    {
      do: "command",
      body:
        username === undefined
          ? { type: "user.nick", target: userId, nickname: nickname ?? null, temporary: false }
          : {
              type: "user.rename",
              target: userId,
              name: username,
              ...(nickname === undefined ? {} : { nickname }),
            },
      settle: thenReply(ask, (_commit, { roster }) => answer(roster)),
      unchanged: ({ roster }) => [reply(ask, answer(roster))],
      refuse: refuse(ask, {
        ...nicknameTexts,
        not_found: () => "Target user not found",
        rank_too_low: () => "You do not have permission to update this user",
      }),
    },
  ];
}

// ---- user_leave, user_delete ----------------------------------------------------------------------------

/** Ends an account. Whoever ends the own one hears the answer as the last words of the connection. */
function depart(ask: Ask, target: string, answer: object, own: OwnTexts = {}): readonly Step[] {
  const itself = target === ask.session.userId;
  return [
    {
      do: "command",
      body: { type: "user.depart", target },
      settle: itself
        ? (packets) => {
            const last = withListener(encode(answer), ask.listener);
            ask.client.own.lastWords = [...packets, last];
            return [{ do: "close", closing: closings.departed }];
          }
        : thenReply(ask, () => answer),
      refuse: refuse(ask, { ...own, protected: () => lastOwner, not_found: () => noUser }),
    },
  ];
}

/** Any other field is for something else than the end of an account. */
const LeaveShape = z.looseObject({});
const everyFields: ReadonlySet<string> = new Set(["cmd", "listener"]);

const notLeft = "Leaving this channel is not supported";

/** A newer client closes a conversation: what `/leave` does. */
function leaveChannel(channel: string, ask: Ask): readonly Step[] {
  const answer = { cmd: "user_leave", channel, left: true };
  return [
    {
      do: "command",
      body: { type: "channel.leave", channel: channelRefOf(channel, ask) },
      settle: thenReply(ask, () => answer),
      unchanged: () => [reply(ask, answer)],
      refuse: refuse(ask, { not_found: () => noChannel, not_permitted: () => notLeft }),
    },
  ];
}

/** The bare command alone ends the account: newer clients leave one conversation by it, with its name. */
function leave(packet: z.infer<typeof LeaveShape>, ask: Ask): readonly Step[] {
  const { channel, ...others } = packet;
  if (!Object.keys(others).every((field) => everyFields.has(field))) return fail(ask, notLeft);
  if (channel !== undefined) {
    return typeof channel === "string" ? leaveChannel(channel, ask) : fail(ask, notLeft);
  }
  const { userId } = ask.session;
  const user = ask.view.roster.user(userId)?.name ?? userId;
  return depart(ask, userId, { cmd: "user_leave", user, val: "User left server" });
}

const UserShape = z.object({ user: optionalText });

function remove(packet: z.infer<typeof UserShape>, ask: Ask): readonly Step[] {
  if (!isOwner(ask.view.roster.actor(ask.session.userId))) return fail(ask, ownerRequired);
  if (!packet.user) return fail(ask, userRequired);
  const target = findUser(packet.user, ask.view.roster);
  if (target === undefined) return fail(ask, noUser);
  const answer = { cmd: "user_delete", user: packet.user, deleted: true };
  return depart(ask, target.userId, answer, {
    rank_too_low: () => "You do not have permission to delete this user",
  });
}

// ---- pfp_set, pfp_get -------------------------------------------------------------------------------------

const PictureShape = z.object({ url: optionalText });
const web = /^https?:\/\/[^/?#\s]/i;

function setPicture(packet: z.infer<typeof PictureShape>, ask: Ask): readonly Step[] {
  const disabled = "Profile pictures are managed by Rotur for this account";
  if (ask.view.roster.user(ask.session.userId)?.local === false) return fail(ask, disabled);
  if (!packet.url) return fail(ask, "URL required");
  if (!web.test(packet.url)) return fail(ask, "Invalid URL format");
  const url = PictureUrl.safeParse(packet.url);
  if (!url.success) return fail(ask, "URL too long (max 500 characters)");
  const answer = { cmd: "pfp_set", val: url.data };
  return [
    {
      do: "command",
      body: { type: "user.picture", url: url.data },
      settle: thenReply(ask, () => answer),
      unchanged: () => [reply(ask, answer)],
      refuse: refuse(ask, { disabled: () => disabled }),
    },
  ];
}

const OfShape = z.object({ username: optionalText });

function getPicture(packet: z.infer<typeof OfShape>, ask: Ask): readonly Step[] {
  const { username } = packet;
  if (!username) return fail(ask, "Username required");
  const user = findUser(username, ask.view.roster);
  if (user === undefined) return fail(ask, noUser);
  return [reply(ask, { cmd: "pfp_get", val: user.pictureUrl ?? null, username })];
}

export const userCommands = {
  users_list: row({
    shape: noFields,
    translate: (_, { session, listener }) => [listStep("listed", session.userId, listener)],
  }),
  users_online: row({
    shape: noFields,
    translate: (_, { session, listener }) => [listStep("online", session.userId, listener)],
  }),
  user_update: row({ shape: UpdateShape, translate: update }),
  user_leave: row({ shape: LeaveShape, translate: leave }),
  user_delete: row({ shape: UserShape, translate: remove }),
  pfp_set: row({ shape: PictureShape, translate: setPicture }),
  pfp_get: row({ shape: OfShape, translate: getPicture }),
} as const satisfies CommandRows;
