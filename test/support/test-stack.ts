/** One stack for the tests of a file, and people in it on both sides. */
import { after, afterEach, before } from "node:test";
import { goneMs, watchSessions } from "./journal.ts";
import { OriginchatsClient } from "./originchats-client.ts";
import { SockchatClient } from "./sockchat-client.ts";
import { patientJournal, portOf, type Stack, type StackOptions, startStack } from "./stack.ts";

export interface TestStack {
  readonly stack: Stack;
  /** Signs in on OriginChats; the connection ends with the test. */
  onOriginchats(name: string): Promise<OriginchatsClient>;
  /** Signs in on Sock Chat; the connection ends with the test. */
  onSockchat(name: string): Promise<SockchatClient>;
}

export interface TestStackOptions extends StackOptions {
  /** What the stack has besides; done once it is up. */
  readonly furnished?: (stack: Stack) => Promise<void>;
}

/** Starts a stack before the tests of the calling file and ends it after them. */
export function stackForTests({ furnished, ...options }: TestStackOptions = {}): TestStack {
  let stack: Stack | undefined;
  let everybodyGone: (() => Promise<void>) | undefined;
  const clients: (OriginchatsClient | SockchatClient)[] = [];
  before(async () => {
    stack = await startStack({
      originchats: 1,
      sockchat: 1,
      ...options,
      config: { journal: patientJournal, ...options.config },
    });
    // Whoever has longer to come back outstays any test.
    if (Number(options.config?.graceMs ?? 0) < goneMs)
      everybodyGone = watchSessions(stack.operator);
    await furnished?.(stack);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.terminate();
    // The next test hears of nobody's going.
    await everybodyGone?.();
  });
  after(() => stack?.stop());
  const present = (): Stack => {
    if (stack === undefined) throw new Error("the stack is not up yet");
    return stack;
  };
  return {
    get stack() {
      return present();
    },
    async onOriginchats(name) {
      const client = await OriginchatsClient.signIn(portOf(present().originchats), name);
      clients.push(client);
      return client;
    },
    async onSockchat(name) {
      const client = await SockchatClient.signIn(portOf(present().sockchat), name);
      clients.push(client);
      return client;
    },
  };
}
