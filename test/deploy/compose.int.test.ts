/**
 * The containers, held against what the services really read and what was really built. No engine takes part: the
 * YAML is parsed, its variables filled in as the engine would, and the health check is run as the process that it is.
 */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import {
  edges,
  gatewayName,
  natsUsers,
  nodeOptions,
  passwordVariable,
  readConfig,
  schema,
} from "@dragoman/bin";
import type { CommunityId } from "@dragoman/bus-schema";
import { type Config, createRegistry, environmentName, startHealth } from "@dragoman/service-kit";
import { natsBinary } from "@dragoman/testing/nats";
import { parse } from "yaml";
import { z } from "zod";

const root = new URL("../../../", import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const main = "main" as CommunityId;
const gateways = edges.map(({ protocol }) => gatewayName(protocol));

/** What an operator is told to put into `.env`. */
const secrets: Readonly<Record<string, string>> = Object.fromEntries(
  natsUsers.map((user) => [passwordVariable(user, main), `n-${user}`]),
);

/** The engine's own substitution: `${NAME:-default}` and `${NAME:?message}`. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+):([-?])([^}]*)\}/g, (_whole, name: string, kind, rest: string) => {
    const value = variables[name] ?? "";
    if (value !== "") return value;
    assert.equal(kind, "-", `${name} has no value: ${rest}`);
    return rest;
  });
}

const Dependency = z.union([
  z.array(z.string()),
  z.record(z.string(), z.object({ condition: z.string() })),
]);
const ServiceShape = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: Dependency.default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  container_name: z.never().optional(),
  restart: z.string(),
  user: z.string().optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal("ALL")]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.tuple([z.literal("no-new-privileges:true")]),
  pids_limit: z.int().min(1).max(1_000),
  mem_limit: z.string().regex(/^[1-9][0-9]*[mg]$/),
  networks: z.array(z.string()).default([]),
  network_mode: z.literal("none").optional(),
  privileged: z.never().optional(),
  pid: z.never().optional(),
  ipc: z.never().optional(),
  devices: z.never().optional(),
});
/** A service that lacks any of what hardens it is none of this shape, and every test fails. */
const ComposeShape = z.object({
  services: z.record(z.string(), ServiceShape),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.null()),
});

function compose(variables: Readonly<Record<string, string>> = secrets) {
  const fill = (_key: unknown, value: unknown): unknown =>
    typeof value === "string" ? interpolate(value, variables) : value;
  const document: unknown = parse(read("docker-compose.yml"), fill, { merge: true });
  return ComposeShape.parse(document);
}

const { services, volumes, networks } = compose();
const own = Object.entries(services).filter(([, service]) => service.build !== undefined);
const dockerfile = read("deploy/Dockerfile");
const healthCheck = z
  .array(z.string())
  .parse(JSON.parse(/HEALTHCHECK[\s\S]*?CMD (\[.*\])/.exec(dockerfile)?.[1] ?? "null"));

function serviceOf(name: string): z.infer<typeof ServiceShape> {
  const service = services[name];
  assert.ok(service !== undefined, `no service ${name}`);
  return service;
}

function configOf(name: string): Config {
  return readConfig(serviceOf(name).environment).config;
}

describe("the containers of docker-compose.yml", () => {
  /** The only rights of a superuser that anything has, and why it cannot do without is said in the file. */
  const rights: Readonly<Record<string, readonly string[]>> = {
    "load-balancer": ["NET_BIND_SERVICE"],
    owner: ["CHOWN", "DAC_READ_SEARCH"],
  };

  it("are read-only, bounded, and without rights but those that they cannot do without", () => {
    for (const [name, { cap_add: added }] of Object.entries(services)) {
      assert.deepEqual(added, rights[name] ?? [], name);
    }
  });

  it("run as nobody of importance, but for one without a network that gives volumes away", () => {
    for (const [name, { user, build, network_mode: mode, restart }] of Object.entries(services)) {
      if (name === "owner") assert.deepEqual([mode, restart], ["none", "no"]);
      else if (build === undefined) assert.match(user ?? "", /^[1-9][0-9]*:[1-9][0-9]*$/, name);
      else assert.equal(user, undefined, `${name}: the user of the image`);
    }
  });

  it("reach each other only as far as they must: what the world speaks to does not speak to NATS", () => {
    assert.deepEqual(Object.keys(networks), ["front", "back"]);
    const placed = Object.fromEntries(
      Object.entries(services).map(([name, service]) => [name, service.networks]),
    );
    assert.deepEqual(placed, {
      owner: [],
      nats: ["back"],
      core: ["back"],
      ...Object.fromEntries(gateways.map((name) => [name, ["front", "back"]])),
      console: ["front"],
      "load-balancer": ["front"],
      operator: ["back"],
    });
  });

  it("are looked after: each that stays has a health check of its own or of its image", () => {
    for (const [name, { healthcheck, build, restart }] of Object.entries(services)) {
      if (restart === "no") continue;
      assert.ok(healthcheck !== undefined || build !== undefined, name);
    }
  });

  it("show the monitoring of NATS to nobody", () => {
    const { command = [], healthcheck } = serviceOf("nats");
    assert.deepEqual(command, ["--config", "/etc/nats/monitored.conf"]);
    assert.match(healthcheck?.test.join(" ") ?? "", /http:\/\/127\.0\.0\.1:8222\/healthz/);
    const listening = read("deploy/nats/monitored.conf").match(/^(http|https|monitor)\w*:.*$/gm);
    assert.deepEqual(listening, ['http: "127.0.0.1:8222"']);
    assert.doesNotMatch(read("deploy/nats/compose.conf"), /^\s*(https?|monitor)\w*\s*[:=]/m);
  });
});

describe("docker-compose.yml", () => {
  it("runs core, every gateway, the console and an operator from one image", () => {
    assert.deepEqual(
      own.map(([name]) => name),
      ["core", ...gateways, "console", "operator"],
    );
    for (const [name, { build, image }] of own) {
      assert.equal(image, "dragoman", name);
      assert.ok(existsSync(join(root, build?.dockerfile ?? "")), name);
    }
  });

  it("sets only settings that exist, to values that are accepted", () => {
    const known = new Set(schema.keys.map(environmentName));
    for (const [name, { environment }] of own) {
      for (const setting of Object.keys(environment))
        assert.ok(known.has(setting), `${name}: ${setting}`);
      assert.doesNotThrow(() => readConfig(environment), name);
    }
  });

  it("starts entry points that were built", () => {
    for (const [name, { entrypoint, command }] of own) {
      const [program = "", service] = entrypoint?.slice(1) ?? command ?? [];
      assert.ok(existsSync(join(root, program)), `${name}: ${program}`);
      if (entrypoint === undefined) assert.equal(service, name);
    }
    const fallback: unknown = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? "null");
    assert.deepEqual(fallback, serviceOf("core").command);
  });

  it("gives each service its own user of NATS, with the password that NATS knows", () => {
    const { environment: known } = serviceOf("nats");
    for (const user of natsUsers) {
      const { nats } = configOf(user);
      assert.equal(nats.user, user);
      assert.equal(nats.url, "nats://nats:4222");
      const variable = passwordVariable(user, main);
      assert.equal(nats.password, known[variable], user);
    }
  });

  it("does not start with passwords that nobody chose", () => {
    assert.throws(() => compose({}), /NATS_CORE_PASSWORD has no value/);
  });

  it("publishes the ports of the load balancer alone, so that gateways can be many", () => {
    for (const [name, { ports }] of Object.entries(services)) {
      assert.equal(ports.length > 0, name === "load-balancer", name);
    }
    const published = serviceOf("load-balancer").ports.map((port) => port.split(":"));
    const listening = [
      ...edges.map(({ protocol, section }) => section.of(configOf(gatewayName(protocol))).port),
      configOf("console").console.port,
    ].map(String);
    assert.deepEqual(
      published.map(([, outside]) => outside),
      listening,
    );
    assert.deepEqual(
      published.map(([, , inside]) => inside),
      listening,
    );
    assert.ok(published.every(([address]) => address === "127.0.0.1"));
  });

  it("serves health and metrics of what is scraped to its networks, and publishes none", () => {
    for (const name of ["core", ...gateways]) {
      assert.equal(configOf(name).health.host, "0.0.0.0", name);
      assert.equal(configOf(name).health.port, 8081, name);
      assert.ok(serviceOf(name).networks.includes("back"), name);
    }
    const scraped = read("deploy/monitoring/prometheus.yml");
    for (const name of ["core", ...gateways]) assert.match(scraped, new RegExp(`- ${name}$`, "m"));
    assert.match(scraped, /^ +port: 8081$/m);
    assert.doesNotMatch(read("deploy/proxy/Caddyfile"), /8081/);
  });

  it("lets the services that are spoken to be heard outside their container, without a demo", () => {
    for (const name of [...gateways, "console"]) {
      assert.equal(configOf(name).host, "0.0.0.0", name);
    }
    for (const [name] of own) assert.equal(configOf(name).demo, false, name);
  });

  it("tells the page the ports that the gateways have", () => {
    const page = configOf("console");
    for (const { protocol, section } of edges) {
      assert.equal(section.of(page).port, section.of(configOf(gatewayName(protocol))).port);
    }
    const base = "https://chat.example:5613";
    const named = compose({ ...secrets, PUBLIC_URL: base }).services;
    for (const name of [...gateways, "console"]) {
      const { config } = readConfig(named[name]?.environment ?? {});
      const urls = edges.flatMap(({ section, servesFiles }) =>
        servesFiles ? [section.of(config)] : [],
      );
      assert.deepEqual(
        urls.map(({ url }) => url),
        [base],
        name,
      );
    }
  });

  it("waits for what each service needs, and mounts what is there", () => {
    for (const [name, service] of Object.entries(services)) {
      const needed = Array.isArray(service.depends_on)
        ? service.depends_on
        : Object.keys(service.depends_on);
      for (const other of needed) assert.ok(services[other] !== undefined, `${name}: ${other}`);
      for (const volume of service.volumes) {
        const [source = ""] = volume.split(":");
        if (source.startsWith("./"))
          assert.ok(existsSync(join(root, source)), `${name}: ${source}`);
        else assert.ok(source in volumes, `${name}: ${source}`);
      }
    }
    assert.ok(serviceOf("nats").healthcheck !== undefined);
    assert.ok(
      serviceOf("core").volumes.some((volume) => volume.endsWith(`:${configOf("core").dataDir}`)),
    );
  });

  it("believes the load balancer, and no other network, about addresses", () => {
    const chosen = compose({ ...secrets, SUBNET: "10.9.8.0/24" });
    for (const name of gateways) {
      const { config } = readConfig(chosen.services[name]?.environment ?? {});
      assert.deepEqual(config.trustedProxies, ["10.9.8.0/24"], name);
    }
    assert.match(read("docker-compose.yml"), /- subnet: \$\{SUBNET:-172\.29\.94\.0\/24\}/);
  });
});

describe("deploy/proxy/Caddyfile", () => {
  it("leads each published port to the service that listens on it", () => {
    const text = read("deploy/proxy/Caddyfile");
    for (const { protocol, section } of edges) {
      const name = gatewayName(protocol);
      const { port } = section.of(configOf(name));
      assert.match(
        text,
        new RegExp(`:${port} \\{\\n\\treverse_proxy \\{\\n\\t\\tdynamic a ${name} ${port} \\{`),
      );
    }
    const { port } = configOf("console").console;
    assert.match(text, new RegExp(`:${port} \\{\\n\\treverse_proxy console:${port}\\n`));
    for (const [, address = ""] of text.matchAll(/^(\S+:\d+) \{$/gm)) {
      assert.match(address, /^(\{\$SITE:http:\/\/\}:\d+|http:\/\/127\.0\.0\.1:8079)$/);
    }
    assert.match(text, /^http:\/\/127\.0\.0\.1:8079 \{\n\tbind 127\.0\.0\.1\n/m);
    const { healthcheck } = serviceOf("load-balancer");
    assert.ok(healthcheck?.test.includes("http://127.0.0.1:8079/"));
    assert.ok("SITE" in serviceOf("load-balancer").environment);
  });
});

describe("deploy/nats/compose.conf", () => {
  const file = "deploy/nats/monitored.conf";

  it("is, with its monitoring, a configuration that the server takes, with the passwords of the environment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dragoman-compose-"));
    try {
      const program = await natsBinary();
      const check = (environment: NodeJS.ProcessEnv) =>
        spawnSync(program, ["--config", join(root, file), "-t"], {
          env: environment,
          encoding: "utf8",
        });
      const good = check(secrets);
      assert.equal(good.status, 0, good.stderr);
      assert.notEqual(check({}).status, 0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("deploy/Dockerfile", () => {
  it("copies the manifest of every workspace before it installs, and nothing that the context leaves out", () => {
    const { workspaces } = z
      .object({ workspaces: z.array(z.string()) })
      .parse(JSON.parse(read("package.json")));
    const ignored = read(".dockerignore");
    for (const folder of workspaces) {
      assert.match(dockerfile, new RegExp(`^COPY ${folder}/package\\.json ${folder}/$`, "m"));
      assert.match(ignored, new RegExp(`^!${folder}(/package\\.json)?$`, "m"));
    }
  });

  it("runs Node as the cluster's command and the tests do", () => {
    const [, list = "[]"] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? [];
    assert.deepEqual(JSON.parse(list), ["node", ...nodeOptions]);
  });

  it("does not run as root", () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
    assert.match(last, /^USER node$/m);
  });

  it("asks the health port of the service, and believes what it says", async () => {
    let isReady = true;
    const service = {
      name: "core",
      ready: () => ({ ready: isReady }),
      stop: async () => undefined,
    };
    const health = await startHealth(
      { host: "127.0.0.1", port: 0 },
      () => [service],
      createRegistry(),
    );
    const [program = "", ...options] = healthCheck;
    const ask = (port: number) =>
      new Promise<number>((resolve) => {
        const environment = { ...process.env, DRAGOMAN_HEALTH_PORT: String(port) };
        const child = execFile(program, options, { env: environment });
        child.on("close", (code) => resolve(code ?? -1));
      });
    try {
      assert.equal(await ask(health.port ?? 0), 0);
      isReady = false;
      assert.equal(await ask(health.port ?? 0), 1);
    } finally {
      await health.stop();
    }
    assert.equal(await ask(health.port ?? 0), 1);
    assert.match(
      healthCheck.join(" "),
      new RegExp(`\\?\\? ${readConfig({}).config.health.port}\\b`),
    );
  });
});
