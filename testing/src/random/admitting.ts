/** What an operator does about invites and login tokens. */
import type { InviteId } from "@dragoman/bus-schema";
import { type Makers, pick } from "./make.ts";

export const admitting = {
  "invite.create": (_, a, b) => ({
    type: "invite.create",
    inviteId: `invite${a % 4}` as InviteId,
    code: `code${b % 4}`,
    uses: 1 + (a % 3),
    lifetimeMs: 1_000 * (1 + (b % 90)),
    roles: b % 3 === 0 ? ["gamer"] : [],
    note: "",
  }),
  "invite.revoke": ({ state }, a) => ({
    type: "invite.revoke",
    inviteId: pick(state.invites.keys(), a) ?? ("nobody's" as InviteId),
  }),
  "user.revoke of a token": ({ state }, a, b) => {
    const holders = [...state.people.values()].filter(({ tokens }) => tokens !== undefined);
    const holder = pick(holders, a);
    return {
      type: "user.revoke",
      target: holder?.user.userId ?? "nobody",
      tokenId: pick(holder?.tokens?.held ?? [], b)?.tokenId ?? 1,
    };
  },
} satisfies Makers;
