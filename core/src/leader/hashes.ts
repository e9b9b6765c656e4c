/**
 * Forgets the password hashes that nobody has: a hash is kept before the command that needs it is decided, and a former
 * one is of no more use. What a crash between the two left behind is found in rounds.
 */
import type { Commit, CredentialId } from "@dragoman/bus-schema";
import type { Logger } from "@dragoman/service-kit";
import type { Admitted } from "../decider/index.ts";
import type { Secrets } from "../identity/secrets.ts";
import { credentialHolders, recordByRef } from "../state/find.ts";
import type { Reading, State } from "../state/shape.ts";
import type { QueuedCommand } from "./queue.ts";

/** From one round to the next: far longer than any command takes from its hash to its decision. */
const roundMs = 3_600_000;
/** Hashes that one round forgets at most. */
const forgottenMax = 1_000;

export interface HashesOptions {
  readonly state: () => Reading<State>;
  readonly secrets: Pick<Secrets, "forgetCredential" | "credentialIds">;
  /** Whether the state is the present one: a process that was stopped for long does not know it (docs/journal.md 2.5). */
  readonly mayAct: () => boolean;
  readonly logger: Logger;
  readonly roundMs?: number;
}

export class Hashes {
  readonly #options: HashesOptions;
  /** Nobody's in the round before: no command is under way that began before it. */
  #suspects: ReadonlySet<CredentialId> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: HashesOptions) {
    this.#options = options;
  }

  /** Begins with the rounds. */
  start(): void {
    this.#round()
      .catch((error: unknown) => {
        this.#options.logger.warn({ err: error }, "stray password hashes are not looked for");
      })
      .finally(() => {
        if (this.#stopped) return;
        this.#timer = setTimeout(() => this.start(), this.#options.roundMs ?? roundMs);
      });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Forgets what is nobody's for the second time. */
  async #round(): Promise<void> {
    const { state, secrets, mayAct } = this.#options;
    const ids = await secrets.credentialIds();
    const held = credentialsIn(state());
    const lone = ids.filter((id) => !held.has(id));
    const sure = lone.filter((id) => this.#suspects.has(id)).slice(0, forgottenMax);
    this.#suspects = new Set(lone);
    for (const id of sure) {
      if (this.#stopped || !mayAct()) return;
      await secrets.forgetCredential(id);
    }
  }

  /** A command was answered: what was kept for it goes, unless it is some account's by now. */
  answered({ admitted, lookups }: QueuedCommand, isAccepted: boolean): void {
    const { change } = lookups;
    if (change?.ok === true && !this.#isChanged(admitted, change.value, isAccepted)) {
      this.#forget(change.value);
    }
    const made = isAccepted ? undefined : keptFor({ admitted, lookups });
    // A repeat may be refused of a command that was accepted.
    if (
      made === undefined ||
      recordByRef(this.#options.state(), made.ref)?.credentialId === made.id
    )
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
    const state = this.#options.state();
    const userId = sessionId && state.sessions.get(sessionId)?.session.userId;
    if (userId === undefined) return true;
    return credentialHolders(state, userId).some(({ credentialId }) => credentialId === id);
  }

  #forget(id: CredentialId): void {
    const { secrets, logger } = this.#options;
    // What stays behind is found in a round.
    secrets.forgetCredential(id).catch((error: unknown) => {
      logger.warn({ err: error }, "a password hash is not forgotten");
    });
  }
}

/** Every hash that an account or a channel has. */
function credentialsIn({ people, channels }: Reading<State>): ReadonlySet<CredentialId> {
  const held = new Set<CredentialId>();
  for (const { credentialId } of people.values()) {
    if (credentialId !== undefined) held.add(credentialId);
  }
  for (const { passwordId } of channels.values())
    if (passwordId !== undefined) held.add(passwordId);
  return held;
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
