/** What the projection keeps of who is there by which protocol, day by day. Pure. */
import type { Commit, Event, Protocol, SessionId, UserId } from "@dragoman/bus-schema";

const dayMs = 24 * 3_600_000;

/** `day`: since the epoch, UTC, by people's clocks. */
export type AdoptionChange =
  | {
      readonly do: "come";
      readonly day: number;
      readonly sessionId: SessionId;
      readonly userId: UserId;
      readonly protocol: Protocol;
      /** What its client says that it is. */
      readonly client?: string;
    }
  | { readonly do: "go"; readonly day: number; readonly sessionId: SessionId }
  | {
      readonly do: "speak";
      readonly day: number;
      readonly userId: UserId;
      readonly protocol: Protocol;
    };

/** Whether somebody comes, goes or speaks by an event; undefined: not. `atMs`: epoch ms of people's clocks. */
export function adoptionOf(
  event: Event,
  { cause }: Commit,
  atMs: number,
): AdoptionChange | undefined {
  const day = Math.floor(atMs / dayMs);
  switch (event.type) {
    case "session.opened": {
      const { session, client } = event;
      const { sessionId, userId, protocol } = session;
      const said = client === undefined ? {} : { client };
      return { do: "come", day, sessionId, userId, protocol, ...said };
    }
    case "session.closed":
      return { do: "go", day, sessionId: event.session.sessionId };
    case "message.posted": {
      const { userId, protocol, actor } = cause;
      if (actor !== "user" || userId === undefined || protocol === undefined) return undefined;
      return { do: "speak", day, userId, protocol };
    }
    default:
      return undefined;
  }
}
