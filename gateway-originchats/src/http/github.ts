/** GitHub's pushes as embeds (part 3, 9.1, GitHub form). Pure. */
import { beginning, type Embed } from "@dragoman/bus-schema";
import type { JsonObject } from "../wire.ts";

const color = 2_369_838;
const descriptionMax = 4_000;
const nameMax = 120;

const objectIn = (from: JsonObject, key: string): JsonObject => {
  const value = from[key];
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
};
const textIn = (from: JsonObject, key: string): string | undefined => {
  const value = from[key];
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** Whether a body has the form of an event about a ref. */
export function hasRef(body: JsonObject): boolean {
  return Boolean(body["repository"]) && Boolean(body["ref"]);
}

function titleOf(push: JsonObject, branch: string, commits: number): string {
  if (push["deleted"] === true) return `${branch} deleted`;
  if (push["created"] === true) return `${branch} created`;
  if (push["forced"] === true) return `${branch} force-pushed`;
  return `${branch}: ${commits} ${commits === 1 ? "commit" : "commits"}`;
}

/** One line a commit: seven characters of its id and the first line of its message. */
function linesOf(commits: readonly JsonObject[]): string {
  let text = "";
  for (const commit of commits) {
    const id = beginning(textIn(commit, "id") ?? "unknown", 7);
    const [first = ""] = (textIn(commit, "message") ?? "").split("\n", 1);
    const line = `[\`${id}\`](${textIn(commit, "url") ?? ""}) ${first}`;
    if (text.length + line.length + 1 > descriptionMax) break;
    text += text === "" ? line : `\n${line}`;
  }
  return text;
}

/** The embed of a push. `nowMs` is epoch milliseconds; its time is written without fractions. */
export function pushEmbed(push: JsonObject, nowIso: string): Embed {
  const repository = objectIn(push, "repository");
  const sender = objectIn(push, "sender");
  const ref = textIn(push, "ref") ?? "unknown";
  const branch = beginning(ref.replace(/^refs\/heads\//, ""), nameMax);
  const listed = push["commits"];
  const commits = (Array.isArray(listed) ? listed : []).filter(
    (commit): commit is JsonObject => typeof commit === "object" && commit !== null,
  );
  const home = textIn(repository, "html_url") ?? "";
  const icon = textIn(sender, "avatar_url");
  const login = beginning(textIn(sender, "login") ?? "unknown", nameMax);
  const fullName = beginning(textIn(repository, "full_name") ?? "unknown", nameMax);
  return {
    title: titleOf(push, branch, commits.length),
    url: textIn(push, "compare") ?? home,
    color,
    author: {
      name: `${login} - ${fullName}`,
      url: home,
      ...(icon === undefined ? {} : { icon_url: icon }),
    },
    timestamp: nowIso.replace(/\.\d+Z$/, "Z"),
    ...(commits.length === 0 ? {} : { description: linesOf(commits) }),
  };
}
