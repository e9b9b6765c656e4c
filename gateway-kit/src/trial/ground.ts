/** What the tests of this package stand on: a real nats-server with JetStream on a free port and a temporary store. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ground {
  readonly url: string;
  stop(): Promise<void>;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === "object" && bound !== null ? bound.port : 0));
    });
  });
}

/** Starts nats-server and resolves when it serves. */
export async function startGround(): Promise<Ground> {
  const store = await mkdtemp(join(tmpdir(), "dragoman-kit-"));
  const port = await freePort();
  const server = spawn(
    "nats-server",
    ["-js", "-sd", store, "-a", "127.0.0.1", "-p", String(port)],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/local/sbin` },
    },
  );
  await serving(server);
  return {
    url: `nats://127.0.0.1:${port}`,
    stop: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGKILL");
      await ended;
      await rm(store, { recursive: true, force: true });
    },
  };
}

function serving(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`nats-server ended with ${code}: ${log}`)));
    server.stderr?.on("data", (data: Buffer) => {
      log = (log + data.toString()).slice(-4_096);
      if (log.includes("Server is ready")) resolve();
    });
  });
}
