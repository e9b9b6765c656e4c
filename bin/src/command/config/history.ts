import { z } from "zod";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "config history",
  summary:
    "the revisions of the shared settings that are kept, the newest first, and what each changed",
  notes: "64 are kept. `dragoman audit --act server.signalled` has them all.",
  arguments: {},
  options: {},
  needs: "running",
  output: z.object({ revision: z.int(), at: z.string(), changes: z.array(z.string()) }),
  stream: true,
  say: ({ revision, at, changes }) => [
    `${revision}\t${at}`,
    ...changes.map((change) => `  ${change}`),
  ],
  async run(_given, tell, { operator }) {
    const { sharedChanges } = await import("@dragoman/service-kit");
    const revisions = await operator.sharedRevisions();
    for (const [at, { revision, atMs, settings }] of revisions.entries()) {
      const before = revisions[at + 1];
      // Of the oldest that is kept nobody knows what was before, unless it was the first.
      const changes =
        before === undefined && revision > 1 ? [] : sharedChanges(before?.settings ?? {}, settings);
      await tell({
        revision,
        at: new Date(atMs).toISOString(),
        changes: changes.map(({ text }) => text),
      });
    }
    return 0;
  },
});
