import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { exitCode } from "../exit-code.ts";
import { houseCommand } from "../spec.ts";
import { targetHelp } from "./person.ts";

const lookMs = 500;

/** Has the name typed once more. @throws OperatorError where it is another, or nobody is there to type */
async function confirm(name: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new OperatorError(
      "user erase: it cannot be undone; --yes says that it is meant",
      exitCode.usage,
    );
  }
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await lines
    .question(
      `All that ${name} said and gave goes, and cannot come back. Type the name once more: `,
    )
    .catch(interrupted)
    .finally(() => lines.close());
  if (typed.trim() !== name) {
    throw new OperatorError("user erase: that was another name", exitCode.refused);
  }
}

/** Ctrl-C or Ctrl-D at the question: nothing was done. */
function interrupted(error: unknown): never {
  process.stderr.write("\n");
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
  throw new OperatorError("user erase: nothing is done", 130, { cause: error });
}

export const command = houseCommand({
  name: "user erase",
  summary: "forget a person: the account, its names, and all that was said and given by it",
  notes:
    "It cannot be undone, and goes on by itself when this is ended; asked again, by the number, it says when all is gone. Backups that were made before hold the person still (docs/backup.md).",
  arguments: { name: { help: targetHelp } },
  options: {
    yes: { help: "do not ask" },
    background: { help: "do not wait until all is gone" },
  },
  output: z.object({
    number: z.int().describe("what is left of the account"),
    messages: z.int().describe("that were taken away while this was looking"),
    done: z.boolean().describe("whether nothing is left in any store of the running house"),
  }),
  say: ({ number, messages, done }) =>
    done
      ? `Number ${number} is forgotten: ${messages} messages, and all else. Backups of before hold them still.`
      : `Number ${number} has no account any more, and is being forgotten: \`dragoman user erase ${number} --yes\` waits for the end.`,
  before: async ({ arguments: { name }, options: { yes } }) => {
    if (!yes) await confirm(name);
  },
  async run({ arguments: { name: target }, options: { background } }, tell, { operator, give }) {
    const { userId, number } = (await operator.ask({ type: "user.record", target })).user;
    await give(target, { type: "user.erase", target: userId });
    const { setTimeout: pause } = await import("node:timers/promises");
    let messages = 0;
    let said = "";
    for (;;) {
      const { people, stored } = await operator.ask({ type: "user.erasures" });
      const own = people.find((each) => each.userId === userId);
      messages = Math.max(messages, own?.ended ?? 0);
      const done = own === undefined && !stored;
      if (done || background) {
        await tell({ number, messages, done });
        return 0;
      }
      const left =
        own === undefined
          ? "the journal, snapshots and secrets of before are taken away"
          : `${own.ended} messages taken away; ${own.left} of ${own.of} are to be looked through`;
      if (left !== said) process.stderr.write(`${left}\n`);
      said = left;
      await pause(lookMs);
    }
  },
});
