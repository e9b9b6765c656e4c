/**
 * What commands give to whoever gave them: it is made once they are accepted, and goes into the answer alone. A repeat
 * of the command gets the same (docs/journal.md 3.1): all of it follows from the command and from core's own keys.
 */
import type { CommandId, GrantOf, GrantType } from "@dragoman/bus-schema";
import type { Config } from "@dragoman/service-kit";
import type { Grant } from "../decider/index.ts";
import type { Secrets } from "./secrets.ts";
import { issueToken } from "./token.ts";

/** Makes it. Fails when the secret bucket does. */
export async function makeGrant(
  { secrets, config }: { readonly secrets: Secrets; readonly config: Config },
  id: CommandId,
  grant: Grant,
): Promise<GrantOf<GrantType>> {
  const { linkMs } = config.accounts;
  switch (grant.type) {
    case "user.token":
      return issueToken(secrets, grant, grant.expiresAtMs);
    case "link.code": {
      const issued = await secrets.links.issue(grant.user, id, grant.atMs, linkMs);
      return { ...issued, identities: grant.identities };
    }
    default:
      return grant satisfies never;
  }
}
