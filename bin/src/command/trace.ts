import { OperatorError } from "@dragoman/service-kit/operator-error";
import { z } from "zod";
import { columns } from "./columns.ts";
import { exitCode } from "./exit-code.ts";
import { namesIn } from "./names.ts";
import { houseCommand } from "./spec.ts";

const output = z.object({
  messageId: z.string(),
  number: z.int().describe("on Sock Chat"),
  channel: z.string().nullable().describe("null: a whisper, or a channel that is gone"),
  record: z
    .object({
      seq: z.int(),
      at: z.string(),
      term: z.int(),
      commandId: z.string(),
      actor: z.string(),
      protocol: z.string().nullable(),
      person: z.string().nullable().describe("null: nobody, or of a whisper"),
    })
    .nullable()
    .describe("null: the journal does not hold it"),
  steps: z
    .array(
      z.object({
        at: z.string(),
        ms: z.number().describe("behind the first step"),
        process: z.string(),
        step: z.string(),
        count: z.int().nullable().describe("tries that were sent, sessions that it went to"),
      }),
    )
    .describe("in the order of their times, by the leader's clock"),
  silent: z.array(z.string()).describe("processes that do not answer, or remember nothing of it"),
  uncertaintyMs: z.number().describe("how far times of gateways may be off"),
});
type Output = z.infer<typeof output>;
type Step = Output["steps"][number];

/** One step in words; those of another version as they are called. */
function sayStep({ step, count }: Step): string {
  const n = count ?? 0;
  switch (step) {
    case "received":
      return "received from its author's client";
    case "sent":
      return n === 1 ? "sent to the leader" : `sent to the leader, ${n} tries`;
    case "taken":
      return "taken by the leader";
    case "decided":
      return "decided";
    case "stored":
      return "stored in the journal";
    case "delivered":
      return `delivered to ${n} ${n === 1 ? "session" : "sessions"}`;
    case "projected":
      return "in the history";
    default:
      return step;
  }
}

function sayTrace(trace: Output): readonly string[] {
  const { messageId, number, channel, record, steps, silent, uncertaintyMs } = trace;
  const rows = steps.map((each) => [
    each.process,
    sayStep(each),
    `+${each.ms.toFixed(1)}`,
    each.at,
  ]);
  const by =
    record === null
      ? ""
      : `, by ${record.person ?? record.actor}${record.protocol === null ? "" : ` on ${record.protocol}`}`;
  return [
    `Message ${messageId}, number ${number}, ${channel === null ? "in no channel that is shown" : `in ${channel}`}${by}.`,
    record === null
      ? "The journal does not hold its record: it was trimmed, or an import brought it."
      : `Record ${record.seq} of term ${record.term}, stored at ${record.at}, by the command ${record.commandId}.`,
    "",
    ...(rows.length === 0
      ? [
          "No process remembers it: each keeps its newest 16,384 messages, and none from before its start.",
        ]
      : [
          ...columns([["process", "what", "ms", "when"], ...rows]),
          `Times are by the leader's clock; those of gateways may be off by ${uncertaintyMs.toFixed(1)} ms.`,
        ]),
    ...(silent.length === 0 ? [] : [`Nothing is known of it at: ${silent.join(", ")}.`]),
  ];
}

export const command = houseCommand({
  name: "trace",
  summary: "the way of one message through all processes, with times; none of its words",
  notes:
    "Processes remember their newest messages; of older ones the journal alone tells. Where nothing is delivered at a gateway, nobody there may see it.",
  arguments: { id: { help: "its id, or its number on Sock Chat" } },
  options: {},
  needs: "running",
  output,
  say: sayTrace,
  async run({ arguments: { id: ref } }, tell, { operator }) {
    const { message, record } = await operator.ask({ type: "trace.record", ref });
    if (message === null) {
      throw new OperatorError(
        `there is no message "${ref}" that anybody knows of: it never was, or was deleted`,
        exitCode.refused,
      );
    }
    const { messageId, number, place } = message;
    const asked = { number, seq: record?.seq ?? 0 };
    const { processes, missing } = await operator.ask({ type: "trace.steps", ...asked });
    const found = processes
      .flatMap(({ name, steps }) => steps.map((step) => ({ ...step, process: name })))
      .sort((a, b) => a.atMs - b.atMs);
    const firstMs = found[0]?.atMs ?? 0;
    const { channels } = await operator.frame();
    const channel = channels.find(({ channelId }) => channelId === place?.channelId);
    const names = namesIn(operator);
    await tell({
      messageId,
      number,
      channel: channel?.name ?? null,
      record: record && {
        seq: record.seq,
        at: new Date(record.atMs).toISOString(),
        term: record.term,
        commandId: record.commandId,
        actor: record.actor,
        protocol: record.protocol ?? null,
        person: record.userId === undefined ? null : await names(record.userId),
      },
      steps: found.map(({ atMs, process, step, count }) => ({
        at: new Date(atMs).toISOString(),
        ms: Math.round((atMs - firstMs) * 10) / 10,
        process,
        step,
        count: count ?? null,
      })),
      silent: [
        ...missing,
        ...processes.filter(({ steps }) => steps.length === 0).map(({ name }) => name),
      ],
      uncertaintyMs: Math.max(0, ...processes.map((each) => each.uncertaintyMs ?? 0)),
    });
    return 0;
  },
});
