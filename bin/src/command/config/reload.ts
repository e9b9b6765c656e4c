import { z } from "zod";
import { houseCommand } from "../spec.ts";

export const command = houseCommand({
  name: "config reload",
  summary: "have every process read its configuration again, as SIGHUP does",
  notes:
    "Each reads its own file, and says in its log what it takes over and what needs a restart. One that cannot be read changes nothing.",
  arguments: {},
  options: {},
  needs: "running",
  output: z.object({ record: z.int().nullable() }),
  say: () =>
    "Every process is told to read its configuration again; their logs say what came of it.",
  async run(_given, tell, { give }) {
    const record = await give("config reload", { type: "server.signal", signal: "reload" });
    await tell({ record });
    return 0;
  },
});
