import { z } from "zod";
import { houseCommand } from "./spec.ts";

export const command = houseCommand({
  name: "say",
  summary: "say a line to everybody, by the server, on both protocols",
  arguments: { words: { help: "the line", many: true } },
  options: {},
  needs: "running",
  output: z.object({ text: z.string() }),
  say: ({ text }) => `Said: ${text}`,
  async run({ arguments: { words } }, tell, { give }) {
    const text = words.join(" ");
    await give("say", { type: "message.announce", content: { text, markup: "markdown" } });
    await tell({ text });
    return 0;
  },
});
