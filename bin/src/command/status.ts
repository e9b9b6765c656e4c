import type { AnswerOf, HeartbeatReply } from "@dragoman/bus-schema";
import { z } from "zod";
import { columns } from "./columns.ts";
import { exitCode } from "./exit-code.ts";
import { houseCommand } from "./spec.ts";
import { readWhole } from "./value.ts";

const output = z.object({
  at: z.string(),
  version: z.string().nullable().describe("of the leader; null: none answers"),
  term: z.int().nullable(),
  lastRecord: z.int(),
  processes: z
    .array(
      z.object({
        name: z.string(),
        version: z.string().nullable().describe("null: one that does not say"),
        lag: z.int().nullable().describe("records that a gateway has not applied"),
        sessions: z.int().nullable().describe("signed-in connections of a gateway"),
      }),
    )
    .describe("those that the leader hears, itself first"),
  accounts: z.int().nullable().describe("all that were ever made"),
  present: z.array(z.object({ protocol: z.string(), people: z.int(), sessions: z.int() })),
  historyLag: z.int().describe("records that the history of the core that answers lacks"),
  bytes: z.object({
    journal: z.int(),
    history: z.int().nullable(),
    files: z.int().nullable(),
    diskFree: z.int(),
  }),
  snapshots: z.array(z.object({ kind: z.string(), record: z.int(), ageSeconds: z.int() })),
  lastBackup: z.object({ record: z.int(), ageSeconds: z.int() }).nullable(),
  wrong: z.array(z.string()).describe("sentences; as `dragoman doctor` finds them in the house"),
});
type Output = z.infer<typeof output>;

const megabytes = (count: number | null): string =>
  count === null ? "unknown" : `${(count / 1e6).toFixed(1)} MB`;

function sayAge(seconds: number): string {
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800
    ? `${Math.round(seconds / 3_600)} h ago`
    : `${Math.round(seconds / 86_400)} days ago`;
}

function sayStatus(status: Output): readonly string[] {
  const { version, term, lastRecord, processes, present, bytes, snapshots, lastBackup } = status;
  const rows = processes.map(({ name, version: of, lag, sessions }) => [
    name,
    of ?? "unknown",
    lag ?? "",
    sessions ?? "",
  ]);
  const people = present.map((each) => [each.protocol, "", each.people, each.sessions]);
  return [
    version === null
      ? "No leader answers: nothing can be written."
      : `Leader of term ${term}, version ${version}, at record ${lastRecord}.`,
    "",
    ...columns([["process", "version", "lag", "sessions"], ...rows]),
    "",
    ...columns([["protocol", "", "people", "sessions"], ...people]),
    ...(status.accounts === null ? [] : [`Accounts ever made: ${status.accounts}.`]),
    "",
    `Journal ${megabytes(bytes.journal)}, history ${megabytes(bytes.history)} (${status.historyLag} records behind), files ${megabytes(bytes.files)}; ${megabytes(bytes.diskFree)} of the disk free.`,
    ...snapshots.map(
      ({ kind, record, ageSeconds }) =>
        `Snapshot of the ${kind}: record ${record}, ${sayAge(ageSeconds)}.`,
    ),
    lastBackup === null
      ? "Backup: none that this store knows of."
      : `Backup: up to record ${lastBackup.record}, ${sayAge(lastBackup.ageSeconds)}.`,
    "",
    ...(status.wrong.length === 0 ? ["Nothing is wrong."] : status.wrong),
  ];
}

const inSeconds = (ms: number): number => Math.round(ms / 1_000);

function statusOf(
  leader: HeartbeatReply | null,
  { house, ...status }: AnswerOf<"journal.status">,
  wrong: readonly string[],
): Output {
  const last = Math.max(status.journal.last, leader?.last ?? 0);
  const sessions = new Map<string, number>(
    house?.gateways.map((gateway) => [gateway.gatewayId, gateway.sessions]),
  );
  const others = (leader?.peers ?? []).map(({ name, process, applied }) => ({
    name,
    version: process?.version ?? null,
    lag: applied === undefined ? null : Math.max(0, last - applied),
    sessions: applied === undefined ? null : (sessions.get(name) ?? 0),
  }));
  const own = {
    name: "leader",
    version: leader?.process?.version ?? null,
    lag: null,
    sessions: null,
  };
  return {
    at: new Date(status.clockMs).toISOString(),
    version: leader?.process?.version ?? null,
    term: leader?.term ?? null,
    lastRecord: last,
    processes: leader === null ? [] : [own, ...others],
    accounts: house?.accounts ?? null,
    present: house?.present ?? [],
    historyLag: status.historyLag,
    bytes: {
      journal: status.journal.bytes,
      history: house?.historyBytes ?? null,
      files: house?.fileBytes ?? null,
      diskFree: status.disk.freeBytes,
    },
    snapshots: status.snapshots.map(({ kind, seq, ageMs }) => ({
      kind,
      record: seq,
      ageSeconds: inSeconds(ageMs),
    })),
    lastBackup:
      house === undefined || house.lastBackup === null
        ? null
        : { record: house.lastBackup.record, ageSeconds: inSeconds(house.lastBackup.ageMs) },
    wrong: [...wrong],
  };
}

/** To the top of the terminal, and what was there is taken away. */
const clearTerminal = "\u001b[H\u001b[2J";

export const command = houseCommand({
  name: "status",
  summary:
    "who leads, which processes there are, who is there, how much is stored, and what is wrong",
  arguments: {},
  options: {
    watch: { help: "again and again, until it is ended" },
    every: { help: "seconds between two looks", value: "seconds", default: "2" },
  },
  needs: "running",
  output,
  stream: true,
  codes: {
    0: "all is well, warnings aside",
    1: "something is wrong",
    2: "asked for in a wrong way",
    4: "no house answers",
  },
  say: (status, { options: { watch } }) =>
    watch && process.stdout.isTTY ? [status.at, ...sayStatus(status)] : sayStatus(status),
  async run({ options: { watch, every }, json }, tell, { operator, config }) {
    const pauseMs = readWhole("status: --every", every, 86_400) * 1_000;
    const { findings } = await import("../house.ts");
    const { setTimeout: pause } = await import("node:timers/promises");
    for (;;) {
      const { leader, status, checks } = await findings(operator, config);
      const wrong = checks.filter(({ level }) => level !== "ok");
      if (watch && !json && process.stdout.isTTY) process.stdout.write(clearTerminal);
      await tell(
        statusOf(
          leader,
          status,
          wrong.map(({ name, text }) => `${name}: ${text}`),
        ),
      );
      if (!watch)
        return wrong.some(({ level }) => level === "fault") ? exitCode.refused : exitCode.done;
      await pause(pauseMs);
    }
  },
});
