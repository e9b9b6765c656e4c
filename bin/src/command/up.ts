import { commandOf } from "./spec.ts";

export const command = commandOf({
  name: "up",
  summary: "start everything on this machine",
  arguments: {},
  options: {
    tls: { help: "speak TLS, with a certificate for localhost when none is configured" },
  },
  needs: "settings",
  output: null,
  say: () => [],
  run: async ({ options }) => (await import("../up.ts")).up(options),
});
