/** Sockets that only listen on Sock Chat, in a receiver's process. */
import { portOf, type Stack } from "../support/stack.ts";
import type { Helper } from "./child.ts";

/** A person has a bounded number of them. */
const sessionsEach = 50;

/** What a stack needs to be told that has so many of them. */
export const listenersLimits = {
  messagesPerMinute: 0,
  burstLimit: 0,
  sessionsPerPerson: sessionsEach + 10,
  sockchatSessionsPerPerson: sessionsEach + 10,
  connectionsPerAddress: 100_000,
  loginAttempts: 100_000,
} as const;

/** Signs sockets in until there are so many, all of accounts called `name` and a number. */
export async function signInListeners(
  stack: Stack,
  receiver: Helper,
  name: string,
  sockets: number,
): Promise<void> {
  const port = portOf(stack.sockchat);
  for (let opened = 0, n = 1; opened < sockets; opened += sessionsEach, n += 1) {
    await stack.operator.addUser(`${name}${n}`);
    const count = Math.min(sessionsEach, sockets - opened);
    const hello = `1\tLocal\t${name}${n}\tdragoman`;
    await receiver.ask({ ask: "open", port, count, hello });
    // One at a time until the account is known: a password is checked in full only once.
    await receiver.ask({ ask: "settle" });
  }
}
