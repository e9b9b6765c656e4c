/**
 * What docker-compose.yml starts, started without an engine: its commands, with its environments, by the entry points
 * that were built, on a NATS server with its configuration. Names and ports are this machine's.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { nodeOptions } from "@dragoman/bin";
import { caddyBinary } from "@dragoman/testing/caddy";
import { eventually, within } from "@dragoman/testing/deadline";
import { natsBinary } from "@dragoman/testing/nats";
import { freePort } from "@dragoman/testing/port";
import { endProcess, spawnBound } from "@dragoman/testing/process";
import { parse } from "yaml";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";

const root = new URL("../../../", import.meta.url).pathname;
const readyMs = 30_000;

interface Described {
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** An address of this machine that others reach, where it has one. */
const outside =
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly health: number;
  readonly said: () => string;
}

describe("what docker-compose.yml describes", () => {
  let folder = "";
  let natsPort = 0;
  let services: Readonly<Record<string, Described>> = {};
  const secrets: Record<string, string> = {};
  const running: Running[] = [];
  const others: ChildProcess[] = [];

  /** Its own substitution, of what the head of the file says to set and nothing else. */
  const fill = (text: string): string =>
    text.replace(
      /\$\{(\w+):[-?]([^}]*)\}/g,
      (_whole, name: string, rest: string) => secrets[name] ?? rest,
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dragoman-house-"));
    natsPort = await freePort();
    for (const user of ["CORE", "ORIGINCHATS", "SOCKCHAT", "OPERATOR"]) {
      secrets[`NATS_${user}_PASSWORD`] = `n${user.toLowerCase()}-word`;
    }
    const text = await readFile(join(root, "docker-compose.yml"), "utf8");
    const described = parse(fill(text), { merge: true }) as { services: typeof services };
    services = described.services;
    const written = await readFile(join(root, "deploy/nats/compose.conf"), "utf8");
    const conf = written
      .replace('listen: "0.0.0.0:4222"', `listen: "127.0.0.1:${natsPort}"`)
      .replace('store_dir: "/data"', `store_dir: "${folder}/store"`);
    assert.notEqual(conf, written);
    await writeFile(join(folder, "nats.conf"), conf);
    const environment = { ...process.env, ...secrets };
    others.push(spawnBound(await natsBinary(), ["-c", join(folder, "nats.conf")], environment));
  });
  after(async () => {
    for (const { child } of running) await endProcess(child, "SIGKILL", 5_000);
    for (const child of others) await endProcess(child, "SIGKILL", 5_000);
    await rm(folder, { recursive: true, force: true });
  });

  function environmentOf(name: string, ports: { readonly port: number; readonly health: number }) {
    const own = Object.entries(process.env).filter(([key]) => !key.startsWith("DRAGOMAN_"));
    const settings = Object.entries(services[name]?.environment ?? {}).map(([key, value]) => {
      if (/_(ORIGINCHATS|SOCKCHAT|CONSOLE)_PORT$/.test(key)) return [key, String(ports.port)];
      if (key === "DRAGOMAN_DATA_DIR") return [key, join(folder, "data")];
      return [key, String(value).replace("nats://nats:4222", `nats://127.0.0.1:${natsPort}`)];
    });
    return {
      ...Object.fromEntries([...own, ...settings]),
      DRAGOMAN_HEALTH_PORT: String(ports.health),
    };
  }

  async function start(name: string): Promise<Running> {
    const ports = { port: await freePort(), health: await freePort() };
    const [program = "", ...options] = services[name]?.command ?? [];
    const child = spawnBound(
      process.execPath,
      [...nodeOptions, join(root, program), ...options],
      environmentOf(name, ports),
    );
    let output = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    const one = { child, ...ports, said: () => output };
    running.push(one);
    return one;
  }

  const ready = ({ health, said }: Running): Promise<boolean> =>
    eventually(readyMs, "readiness", async () => {
      const answer = await fetch(`http://127.0.0.1:${health}/readyz`);
      if (!answer.ok) throw new Error(`${await answer.text()} ${said().slice(-2_000)}`);
      return true;
    });

  async function operate(input: string, ...options: readonly string[]): Promise<string> {
    const [, program = ""] = services["operator"]?.entrypoint ?? [];
    assert.equal(program, "bin/dragoman.mjs");
    const command = join(import.meta.dirname, "..", "up", "command.js");
    const environment = environmentOf("operator", { port: 0, health: 0 });
    const done = promisify(execFile)(process.execPath, [command, ...options], { env: environment });
    done.child.stdin?.end(input);
    return (await within(readyMs, options.join(" "), done)).stdout;
  }

  it("is a house: two cores on one volume, gateways, metrics within the network, a balancer in front", async (t) => {
    const cores = await Promise.all([start("core"), start("core")]);
    const [originchats, sockchat, pages] = await Promise.all(
      ["gateway-originchats", "gateway-sockchat", "console"].map(start),
    );
    assert.ok(originchats !== undefined && sockchat !== undefined && pages !== undefined);
    await Promise.all([...cores, originchats, sockchat, pages].map(ready));
    assert.match(await operate("open sesame\n", "user", "add", "ada"), /ada has an account/);
    assert.match(await operate("open sesame\n", "user", "add", "ben"), /ben has an account/);

    for (const { health } of [...cores, originchats, sockchat]) {
      const answer = await fetch(`http://${outside}:${health}/metrics`);
      assert.match(await answer.text(), /^dragoman_/m);
    }

    const caddy = caddyBinary();
    const through =
      caddy === undefined ? undefined : await balance(caddy, originchats, sockchat, pages);
    t.diagnostic(through === undefined ? "without a balancer" : "through the balancer");
    const doors = through ?? [originchats.port, sockchat.port, pages.port];
    const ada = await OriginchatsClient.signIn(doors[0] ?? 0, "ada", "open sesame");
    const ben = await SockchatClient.signIn(doors[1] ?? 0, "ben", "open sesame");
    ada.say("general", "a house");
    await ben.sees("a house");
    assert.equal((await fetch(`http://127.0.0.1:${doors[2]}/`)).status, 200);

    const leading = await Promise.all(
      cores.map(async ({ health }) => {
        const text = await (await fetch(`http://127.0.0.1:${health}/metrics`)).text();
        return /^dragoman_core_leading 1$/m.test(text);
      }),
    );
    assert.deepEqual(leading.toSorted(), [false, true]);
    await endProcess(cores[leading.indexOf(true)]?.child as ChildProcess, "SIGKILL", 5_000);
    ben.say("and still one");
    await ada.sees("and still one", 15_000);
    ada.socket.terminate();
    ben.socket.terminate();
  });

  /** Caddy with the file of the deployment, its names and ports replaced. @returns the ports that it publishes */
  async function balance(
    caddy: string,
    originchats: Running,
    sockchat: Running,
    pages: Running,
  ): Promise<readonly number[]> {
    const places = [
      ["gateway-originchats 5613", ":5613 {", originchats],
      ["gateway-sockchat 6770", ":6770 {", sockchat],
      ["console:8080", ":8080 {", pages],
    ] as const;
    let text = await readFile(join(root, "deploy/proxy/Caddyfile"), "utf8");
    const ports: number[] = [];
    const replace = (from: string, to: string): void => {
      assert.ok(text.includes(from), from);
      text = text.replace(from, to);
    };
    for (const [name, door, { port }] of places) {
      const published = await freePort();
      replace(door, `:${published} {`);
      replace(name, name.includes(":") ? `127.0.0.1:${port}` : `127.0.0.1 ${port}`);
      ports.push(published);
    }
    const own = await freePort();
    text = text.replaceAll("8079", String(own));
    await writeFile(join(folder, "Caddyfile"), text);
    const child = spawnBound(
      caddy,
      ["run", "--config", join(folder, "Caddyfile"), "--adapter", "caddyfile"],
      { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, SITE: "http://" },
    );
    child.stderr?.resume();
    others.push(child);
    await eventually(readyMs, "the balancer", async () => {
      return (await fetch(`http://127.0.0.1:${own}/`)).ok;
    });
    return ports;
  }
});
