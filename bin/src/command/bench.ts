import { commandOf } from "./spec.ts";

export const command = commandOf({
  name: "bench",
  summary: "run the measurements",
  arguments: { option: { help: "theirs", optional: true, many: true } },
  options: {},
  needs: "nothing",
  output: null,
  passesOn: true,
  say: () => [],
  run: async ({ arguments: { option } }) => (await import("../run-tests.ts")).bench(option),
});
