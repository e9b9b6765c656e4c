/** A login for the other protocol (bridge table, token), as it is typed there: each value by itself, to be copied. */
import type { GrantOf } from "@dragoman/bus-schema";
import type { View } from "@dragoman/gateway-kit";
import type { Ask } from "../answer.ts";

/** Every client of Sock Chat asks for one of these; which, depends on the client and on its site. */
export function loginLines(
  { token, expiresAtMs }: GrantOf<"user.token">,
  ask: Ask,
  view: View,
): readonly string[] {
  const user = view.roster.user(ask.session.userId);
  const { providers } = view.config.accounts;
  const days = Math.max(1, Math.round((expiresAtMs - view.nowMs) / 86_400_000));
  const byPassword = `- a name and a password: \`${user?.name}\` and ${user?.local ? "your password here" : "one that you choose here before, by `/passwd`"}`;
  const bySite =
    "- an account of its site: log in with that. To be one person on both, type `/link` here, and there `/link` with the code";
  return [
    "**Login for Sock Chat** (only you see this). Type there what its page or program asks for:",
    ...(providers.includes("site") ? [bySite] : []),
    ...(providers.includes("local") ? [byPassword] : []),
    `- a user id and a token: \`${user?.number}\` and \`${token}\``,
    `- a scheme (or method) and a token: \`Bearer\` and \`${token}\``,
    `The token works for ${days} days, until you call \`/token revoke\`. Whoever has it is you there: show it to nobody.`,
  ];
}
