/**
 * Forgets the password hashes that nobody has: a hash is kept before the command that needs it is decided, and a former
 * one is of no more use.
 */
import type { Commit, CredentialId } from "@dragoman/bus-schema";
import type { Logger } from "@dragoman/service-kit";
import type { Admitted } from "../decider/index.ts";
import type { Secrets } from "../identity/secrets.ts";
import { credentialHolders, recordByRef } from "../state/find.ts";
import type { Reading, State } from "../state/shape.ts";
import type { QueuedCommand } from "./queue.ts";

export class Hashes {
  readonly #state: () => Reading<State>;
  readonly #secrets: Pick<Secrets, "forgetCredential">;
  readonly #logger: Logger;

  constructor(
    state: () => Reading<State>,
    secrets: Pick<Secrets, "forgetCredential">,
    logger: Logger,
  ) {
    this.#state = state;
    this.#secrets = secrets;
    this.#logger = logger;
  }

  /** A command was answered: what was kept for it goes, unless it is some account's by now. */
  answered({ admitted, lookups }: QueuedCommand, isAccepted: boolean): void {
    const { change } = lookups;
    if (change?.ok === true && !this.#isChanged(admitted, change.value, isAccepted)) {
      this.#forget(change.value);
    }
    const made = isAccepted ? undefined : keptFor({ admitted, lookups });
    // A repeat may be refused of a command that was accepted.
    if (made === undefined || recordByRef(this.#state(), made.ref)?.credentialId === made.id)
      return;
    this.#forget(made.id);
  }

  /** Former hashes go with the change. */
  stored(commits: readonly Commit[]): void {
    for (const event of commits.flatMap(({ events }) => events)) {
      if (event.type !== "user.revoked") continue;
      for (const former of event.credential?.former ?? []) this.#forget(former);
    }
  }

  /** Of a repeat that is accepted as before, the second hash is nobody's. */
  #isChanged({ sessionId }: Admitted, id: CredentialId, isAccepted: boolean): boolean {
    if (!isAccepted) return false;
    const state = this.#state();
    const userId = sessionId && state.sessions.get(sessionId)?.session.userId;
    if (userId === undefined) return true;
    return credentialHolders(state, userId).some(({ credentialId }) => credentialId === id);
  }

  #forget(id: CredentialId): void {
    this.#secrets.forgetCredential(id).catch((error: unknown) => {
      this.#logger.warn({ err: error }, "a password hash is not forgotten");
    });
  }
}

/** The account that a hash was kept for, and the hash. */
function keptFor({
  admitted: { body },
  lookups,
}: Pick<QueuedCommand, "admitted" | "lookups">): { ref: string; id: CredentialId } | undefined {
  if (body.type === "user.add") return { ref: body.name, id: body.credentialId };
  if (body.type === "user.reset") return { ref: body.target, id: body.credentialId };
  const account = lookups.ticket?.account;
  return account?.kind === "new" ? { ref: account.name, id: account.credentialId } : undefined;
}
