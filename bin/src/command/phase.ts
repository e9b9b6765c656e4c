import { z } from "zod";
import { houseCommand } from "./spec.ts";

export const command = houseCommand({
  name: "phase",
  summary: "show where protocols stand, or leave one step by step (docs/migrating.md)",
  notes: "A step forward leaves a later one that was planned; any other step takes it back.",
  arguments: {
    protocol: { help: "such as sockchat", optional: true },
    phase: { help: "open, announced, invited, read-only or closed", optional: true },
  },
  options: {
    at: { help: "not now, but at 2030-01-31 or 2030-01-31T18:00Z (UTC)", value: "date" },
    text: { help: "told to its people instead of ours; --text '' is ours again", value: "words" },
  },
  output: z.object({
    protocols: z.array(
      z.object({
        protocol: z.string(),
        phase: z.string(),
        text: z.string(),
        next: z.object({ phase: z.string(), atMs: z.int() }).exactOptional(),
      }),
    ),
  }),
  say: ({ protocols }) =>
    protocols.map(({ protocol, phase, text, next }) => {
      const step = next === undefined ? [] : [`${next.phase} from ${sayMoment(next.atMs)}`];
      return [protocol, phase, ...step, ...(text === "" ? [] : [JSON.stringify(text)])].join("\t");
    }),
  async run({ arguments: { protocol, phase }, options }, tell, house) {
    const { takePhase } = await import("../phase.ts");
    await tell({ protocols: [...(await takePhase(house, protocol, phase, options))] });
    return 0;
  },
});

const sayMoment = (ms: number): string => new Date(ms).toISOString().replace(/:\d\d\.\d{3}Z$/, "Z");
