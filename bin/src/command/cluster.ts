import { commandOf } from "./spec.ts";

export const command = commandOf({
  name: "cluster",
  summary: "start a house on three nats-servers, to look at and to kill parts of",
  arguments: {},
  options: {},
  needs: "settings",
  output: null,
  say: () => [],
  run: async () => (await import("../cluster/command.ts")).cluster(),
});
