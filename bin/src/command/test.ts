import { commandOf } from "./spec.ts";

export const command = commandOf({
  name: "test",
  summary: "run the tests",
  arguments: {
    pattern: {
      help: "parts of test file paths, all without one; `unit`: those that start nothing",
      optional: true,
      many: true,
    },
  },
  options: {},
  needs: "nothing",
  output: null,
  say: () => [],
  run: async ({ arguments: { pattern } }) => (await import("../run-tests.ts")).test(pattern),
});
