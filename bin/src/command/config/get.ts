import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { readWhole } from "../value.ts";

export const command = houseCommand({
  name: "config get",
  summary: "print the settings that all processes share, as a file for `config put`",
  arguments: {},
  options: { revision: { help: "not the newest, but this one", value: "number" } },
  needs: "running",
  output: z.object({
    revision: z.int().describe("0: there are none"),
    at: z.string().nullable(),
    settings: z.record(z.string(), z.unknown()),
    yaml: z.string(),
  }),
  say: ({ yaml }) => yaml.trimEnd().split("\n"),
  async run({ options: { revision } }, tell, { operator }) {
    const which =
      revision === undefined ? undefined : readWhole("config get: --revision", revision);
    const { requireRevision, sharedText } = await import("../../shared-file.ts");
    const found = await operator.shared(which);
    if (which !== undefined) requireRevision("config get", found, which);
    const settings = found?.settings ?? {};
    await tell({
      revision: found?.revision ?? 0,
      at: found === null ? null : new Date(found.atMs).toISOString(),
      settings,
      yaml: sharedText(found),
    });
    return 0;
  },
});
