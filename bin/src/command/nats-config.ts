import { commandOf } from "./spec.ts";
import { readWhole } from "./value.ts";

/** Where the servers of a cluster listen for each other. */
const routePort = 6222;

export const command = commandOf({
  name: "nats-config",
  summary: "print the configuration of a nats-server of your own",
  arguments: {
    community: { help: "the communities that it is for (main)", optional: true, many: true },
  },
  options: {
    host: { help: "where it listens", value: "address", default: "0.0.0.0" },
    port: { help: "on which port", value: "number", default: "4222" },
    store: { help: "where it stores", value: "folder", default: "/var/lib/nats" },
    name: {
      help: "its own name: of a cluster each server has another",
      value: "name",
      default: "dragoman",
    },
    route: { help: "where a server of its cluster listens for it", value: "address", many: true },
  },
  needs: "nothing",
  output: null,
  say: () => [],
  async run({ arguments: { community }, options }) {
    const { deployedConfiguration } = await import("../nats/deployment.ts");
    const { host, port, store, name, route } = options;
    const place = {
      host,
      port: readWhole("nats-config: --port", port, 65_535),
      storeDir: store,
      serverName: name,
    };
    const cluster = { name: "dragoman", port: routePort, routes: route };
    const whole = route.length === 0 ? place : { ...place, cluster };
    process.stdout.write(
      deployedConfiguration(community.length === 0 ? ["main"] : community, whole),
    );
    return 0;
  },
});
