/** Rules about HTTP (part 2, 14; part 3, 14). */
import { mapFrames } from "../outcome.ts";
import { type Frame, type JsonObject, object, text } from "./frame.ts";
import { httpClient } from "./http.ts";
import type { OriginchatsRule } from "./protocol.ts";
import { frameRule } from "./rule.ts";

/** What every answer of ours carries, so that any page may ask. */
const cors: JsonObject = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, OPTIONS, POST",
  "access-control-allow-headers": "Content-Type, Authorization, Range",
  "access-control-expose-headers": "Content-Length, Content-Type, Cache-Control",
};

const isAnswer = (frame: Frame): boolean => frame["status"] !== undefined && "body" in frame;

/** An action with the files that were used again by the names that they have in rules. */
function renamed<Value>(value: Value, files: ReadonlyMap<string, string>): Value {
  const written = [...files]
    .filter(([id, name]) => id !== name)
    .reduce((all, [id, name]) => all.replaceAll(id, name), JSON.stringify(value));
  return JSON.parse(written) as Value;
}

export const httpRules: readonly OriginchatsRule[] = [
  {
    section: "part 2, 14.1",
    what: "an upload wants the key of the uploader's own connection",
    act(action, { state }) {
      if (action.do !== "http") return action;
      const request = action.request as JsonObject;
      const [, name] = /"validator":"fake\|[^|"]*\|([^"]+)"/.exec(text(request["body"])) ?? [];
      const [client] = state.clientsOf(name ?? "");
      const key = state.keys.get(client ?? "");
      if (key === undefined) return action;
      const body = text(request["body"]).replace(
        '"validator_key":"any"',
        `"validator_key":"${key}"`,
      );
      return { ...action, request: { ...request, body } };
    },
  },
  {
    section: "part 2, 14.1",
    what: "the same bytes again are another file",
    act: (action, { state }) => (state.files.size === 0 ? action : renamed(action, state.files)),
    expect(outcome, { state, step }) {
      const [answer] = outcome.received.get(httpClient) ?? [];
      const id = object(object(answer?.["body"])["attachment"])["id"];
      if (step.action.do === "http" && typeof id === "string") {
        state.files.set(id, state.files.has(id) ? `${id}-again` : id);
      }
      return mapFrames(outcome, (frame) => {
        const changed = renamed(frame, state.files);
        return JSON.stringify(changed) === JSON.stringify(frame) ? frame : changed;
      });
    },
  },
  {
    section: "part 2, 14.3",
    what: "no shared cache keeps an upload, and it is asked for each time",
    expect(outcome, { step: { action } }) {
      const path = action.do === "http" ? text((action.request as JsonObject)["path"]) : "";
      if (!path.startsWith("/attachments/")) return outcome;
      return mapFrames(outcome, (frame) => {
        const headers = object(frame["headers"]);
        return headers["cache-control"] === undefined
          ? frame
          : { ...frame, headers: { ...headers, "cache-control": "private, no-cache" } };
      });
    },
  },
  frameRule("part 3, 14", "every answer of ours may be read by any page", (frame) => {
    const headers = object(frame["headers"]);
    const has = headers["access-control-allow-origin"] !== undefined;
    if (!isAnswer(frame) || has || frame["status"] === 101) return undefined;
    return { ...frame, headers: { ...headers, ...cors } };
  }),
];
