/** A CPU profile of a process between two moments, taken through Node's inspector, which the process was started with. */
import { relative } from "node:path";
import { within } from "@dragoman/testing/deadline";
import { WebSocket } from "ws";

/** No answer of an inspector takes longer: a profile of a minute is some megabytes. */
const answerMs = 30_000;
const samplingUs = 200;

/** What Node calls a function of a profile; `parent` is who called it. */
interface Frame {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}
interface Recorded {
  readonly nodes: readonly Frame[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** CPU time by where it was spent. */
export interface Profile {
  /** All time in which the process was not idle, in microseconds. */
  readonly busyUs: number;
  /** How much of it went to the files that `isMeant` says, and to what these called of libraries and of Node. */
  share(isMeant: (file: string) => boolean): number;
}

/** Time in which nothing runs, as V8 names it. */
const idle = new Set(["(idle)", "(root)"]);

/** Which file a frame's time is put down to: a frame of Node's own has none, and its caller's file stands for it. */
const fileOf = ({ callFrame: { url } }: Frame): string =>
  url.startsWith("file:") ? relative(process.cwd(), new URL(url).pathname) : "";

function readProfile({ nodes, samples, timeDeltas }: Recorded): Profile {
  const frames = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  const spentUs = new Map<number, number>();
  samples.forEach((id, at) => {
    spentUs.set(id, (spentUs.get(id) ?? 0) + Math.max(0, timeDeltas[at] ?? 0));
  });
  let busyUs = 0;
  for (const [id, us] of spentUs) {
    if (!idle.has(frames.get(id)?.callFrame.functionName ?? "")) busyUs += us;
  }
  /** The first file of ours, or of a library that is meant, from where the time was spent upwards. */
  function isSpentIn(id: number, isMeant: (file: string) => boolean): boolean {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = frames.get(at);
      const file = frame === undefined ? "" : fileOf(frame);
      if (file === "") continue;
      if (isMeant(file)) return true;
      if (!file.startsWith("node_modules")) return false;
    }
    return false;
  }
  return {
    busyUs,
    share(isMeant) {
      let meantUs = 0;
      for (const [id, us] of spentUs) if (isSpentIn(id, isMeant)) meantUs += us;
      return meantUs / busyUs;
    },
  };
}

/**
 * The address of a process's inspector.
 * @param output what it has printed since it began
 */
export function inspectorOf(output: string): string {
  const url = /Debugger listening on (ws:\S+)/.exec(output)?.[1];
  if (url === undefined) throw new Error(`the process has no inspector: ${output.slice(0, 200)}`);
  return url;
}

/** Starts to record; what is returned ends it and reads the profile. */
export async function startProfile(inspector: string): Promise<() => Promise<Profile>> {
  const socket = new WebSocket(inspector);
  await within(answerMs, "inspector", new Promise((resolve) => socket.once("open", resolve)));
  let asked = 0;
  function ask(method: string, params: object = {}): Promise<unknown> {
    asked += 1;
    const id = asked;
    const answer = new Promise((resolve, reject) => {
      socket.on("message", function heard(data) {
        const message = JSON.parse(String(data)) as {
          id?: number;
          result?: unknown;
          error?: unknown;
        };
        if (message.id !== id) return;
        socket.off("message", heard);
        if (message.error === undefined) resolve(message.result);
        else reject(new Error(`${method}: ${JSON.stringify(message.error)}`));
      });
    });
    socket.send(JSON.stringify({ id, method, params }));
    return within(answerMs, method, answer);
  }
  await ask("Profiler.enable");
  await ask("Profiler.setSamplingInterval", { interval: samplingUs });
  await ask("Profiler.start");
  return async () => {
    const { profile } = (await ask("Profiler.stop")) as { profile: Recorded };
    // A process does not end while somebody looks into it.
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.close();
    await within(answerMs, "end of the inspector", closed);
    return readProfile(profile);
  };
}
