/** The house as an import meets it: the one that runs, or a copy that decides as it does and stores nothing. */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { AnswerOf, AttachmentId, CredentialId, WebhookId } from "@dragoman/bus-schema";
import { Rehearsal } from "@dragoman/core";
import { type House, keptId, type Source } from "@dragoman/import";
import { OperatorError, pause } from "@dragoman/service-kit";
import { exitCode } from "./command/exit-code.ts";
import { edges, readConfig } from "./edges.ts";
import type { Operator } from "./operator.ts";

/** Commands that are under way at once. */
const lanesMax = 32;
/** Records that the history may lack before the import waits for it, and how often it is asked. */
const lagMax = 40;
const askedEvery = 8;
const lagMs = 100;
/** Operators whose commands go side by side: one has one command under way. */
class Lanes {
  readonly #operator: Operator;
  readonly #free: Operator[] = [];
  readonly #waiting: ((lane: Operator) => void)[] = [];
  #made = 0;

  constructor(operator: Operator) {
    this.#operator = operator;
  }

  async command(...given: Parameters<Operator["command"]>): ReturnType<Operator["command"]> {
    const lane = await this.#take();
    try {
      return await lane.command(...given);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(lane);
      else next(lane);
    }
  }

  async #take(): Promise<Operator> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made < lanesMax) {
      this.#made += 1;
      return this.#operator.lane();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** The house itself. */
export function houseOf(operator: Operator): House {
  const lanes = new Lanes(operator);
  let pieces = 0;
  return {
    command: (body) => lanes.command(body),
    present: () => operator.snapshot(),
    words: () => operator.importPresent({ identities: [], attachmentIds: [], webhookIds: [] }),
    tail: (place) => operator.importTail(place),
    cursors: (source) => operator.cursors(source),
    storeHash: (hash) => operator.storeHash(hash),
    storeFile: async (fileId, path) =>
      (await operator.files.describe(fileId)) ??
      (await operator.files.put(fileId, createReadStream(path))),
    settled: async () => {
      pieces += 1;
      if (pieces % askedEvery !== 0) return;
      for (;;) {
        const { historyLag, historyFault } = await operator.ask({ type: "journal.status" });
        if (historyLag <= lagMax) return;
        if (historyFault !== "") throw historyStopped(historyFault);
        await pause(lagMs);
      }
    },
  };
}

/** It would be waited for as long as the disk is full, with nothing said. */
const historyStopped = (why: string): OperatorError =>
  new OperatorError(
    `import: the history cannot be stored (${why}). What has come is stored: run the same command again later, and it goes on there`,
    exitCode.refused,
  );

/** Ids that are asked for at once. */
const askedAtOnce = 500;

type Known = AnswerOf<"import.present">;

/** What of a source the house has, with who its people are here already. */
async function knownOf(operator: Operator, source: Source): Promise<Known> {
  const identities = source.people.flatMap(({ identities: own = [] }) =>
    own.map(({ provider, id }) => ({ provider, id })),
  );
  const idsOf = (kind: string, records: readonly { readonly id: string }[]): string[] =>
    records.map(({ id }) => keptId(source.name, kind, id));
  const attachmentIds = idsOf("attachment", source.attachments) as AttachmentId[];
  const webhookIds = idsOf("webhook", source.webhooks) as WebhookId[];
  const most = Math.max(1, identities.length, attachmentIds.length, webhookIds.length);
  const pages: Known[] = [];
  for (let from = 0; from < most; from += askedAtOnce) {
    const until = from + askedAtOnce;
    pages.push(
      await operator.importPresent({
        identities: identities.slice(from, until),
        attachmentIds: attachmentIds.slice(from, until),
        webhookIds: webhookIds.slice(from, until),
      }),
    );
  }
  const [first] = pages;
  if (first === undefined) throw new Error("nothing was asked");
  return {
    ...first,
    owners: pages.flatMap(({ owners }) => owners),
    attachmentIds: pages.flatMap((page) => page.attachmentIds),
    webhookIds: pages.flatMap((page) => page.webhookIds),
  };
}

/** A copy of the house that knows whose a name is. */
export interface Rehearsing extends House {
  holder(name: string): ReturnType<Rehearsal["holder"]>;
}

/** A copy of the house: it decides as the house would, and stores nothing. */
export async function rehearsalOf(
  operator: Operator,
  source: Source,
  nowMs: number,
): Promise<Rehearsing> {
  const known = await knownOf(operator, source);
  const cursors = await operator.cursors(source.name);
  const { config } = readConfig();
  const copy = new Rehearsal({
    roster: await operator.snapshot(),
    untouched: known.untouched,
    source: source.name,
    cursors,
    config,
    reserved: edges.flatMap((edge) => edge.reservedNames),
    nowMs,
  });
  const identities = source.people.flatMap(({ identities: own = [] }) => own);
  for (const [index, identity] of identities.entries()) {
    const owner = known.owners[index];
    if (owner != null) copy.known({ ...identity, owner });
  }
  const there = new Set<string>([...known.attachmentIds, ...known.webhookIds]);
  return {
    holder: (name) => copy.holder(name),
    command: async (body) => {
      const isThere =
        (body.type === "import.attachment" && there.has(body.attachment.attachmentId)) ||
        (body.type === "import.webhook" && there.has(body.webhook.webhookId));
      // That it is there the house itself has said.
      if (body.type === "import.revise") return { ok: true, value: 0 };
      return isThere ? { ok: true, value: null } : copy.command(body);
    },
    present: async () => copy.present(),
    words: async () => known,
    tail: (place) => operator.importTail(place),
    cursors: async () => cursors,
    storeHash: async () => randomUUID() as CredentialId,
    storeFile: async (_, path) => ({ size: (await stat(path)).size, hash: "0".repeat(64) }),
    settled: async () => undefined,
  };
}
