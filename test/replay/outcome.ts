/** What an action brings about: frames by client, in order, and whose connections end with which code. */

export interface Outcome<Frame> {
  readonly received: ReadonlyMap<string, readonly Frame[]>;
  readonly closed: ReadonlyMap<string, number>;
}

/** The outcome with each client's frames changed; a client that is left without frames is left out. */
export function mapReceived<From, To>(
  { received, closed }: Outcome<From>,
  change: (frames: readonly From[], who: string) => readonly To[],
): Outcome<To> {
  const changed = new Map<string, readonly To[]>();
  for (const [who, frames] of received) {
    const kept = change(frames, who);
    if (kept.length > 0) changed.set(who, kept);
  }
  return { received: changed, closed };
}

/** The outcome with each frame changed; null leaves it out. */
export const mapFrames = <Frame>(
  outcome: Outcome<Frame>,
  change: (frame: Frame, who: string) => Frame | null,
): Outcome<Frame> =>
  mapReceived(outcome, (frames, who) =>
    frames.map((frame) => change(frame, who)).filter((frame) => frame !== null),
  );

/** The outcome with more frames behind those that one client receives. */
export function addFrames<Frame>(
  { received, closed }: Outcome<Frame>,
  who: string,
  ...frames: readonly Frame[]
): Outcome<Frame> {
  if (frames.length === 0) return { received, closed };
  return {
    received: new Map(received).set(who, [...(received.get(who) ?? []), ...frames]),
    closed,
  };
}
