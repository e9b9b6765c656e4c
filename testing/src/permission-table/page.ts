/** `docs/permissions.md`, written from the rules. */
import { join } from "node:path";
import {
  announcedPermissions,
  type Channel,
  channelList,
  channelRights,
  type Right,
  rights,
} from "@dragoman/bus-schema";
import { hasRight, isAskedIn, outcomeOf } from "./outcome.ts";
import { defaultRoles, placeKinds } from "./place.ts";
import { type Ask, others, type Rule, rules } from "./rule.ts";

/** Where the document lies. */
export const pagePath = join(import.meta.dirname, "..", "..", "..", "docs", "permissions.md");

const code = (text: string): string => `\`${text}\``;
const words = (names: readonly string[]): string => names.map(code).join(" or ");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function told(ask: Ask): string {
  switch (ask.ask) {
    case "right":
      return `role permission ${words(rights[ask.right])}`;
    case "role":
      return `role ${words(ask.names)}`;
    case "view":
      return "the place is seen";
    case "view or manage":
      return "the channel is seen, or one manages channels";
    case "list":
      return `channel list ${code(ask.list)}`;
    case "kind":
      return `a place of kind ${ask.kinds.join(", ")} (else ${code(ask.else)})`;
    case "outranks":
      return "a higher rank than the other person's";
    case "no owner":
      return "the other is no owner, or one is an owner";
    case "manages role":
      return "the role stands below one's own, or one is an owner";
    case "never":
      return `nobody (${code(ask.else)})`;
  }
}

function title({ command, what }: Rule): string {
  return what === undefined ? code(command) : `${code(command)}, ${what}`;
}

const asked = ({ asks }: Rule): string => (asks.length === 0 ? "–" : asks.map(told).join("; "));
const shown = (outcome: string): string => (outcome === "yes" ? "yes" : code(outcome));

const over = (kind: Rule["over"]): readonly Rule[] => rules.filter((rule) => rule.over === kind);

function ofPlace(rule: Rule): string {
  const places = placeKinds.filter((place) => isAskedIn(rule, place));
  const rows = defaultRoles.map((role) => [
    code(role),
    ...places.map((place) => shown(outcomeOf(rule, role, { place }))),
  ]);
  const head = ["", ...places.map(({ name }) => name)];
  return `### ${title(rule)}\n\nAsked in order: ${asked(rule)}.\n\n${table(head, rows)}`;
}

function ofOther(rule: Rule): string {
  const rows = defaultRoles.map((role) => [
    code(role),
    ...defaultRoles.map((other) => shown(outcomeOf(rule, role, { other }))),
  ]);
  return `### ${title(rule)}\n\nAsked in order: ${asked(rule)}.\n\n${table(["", ...defaultRoles], rows)}`;
}

function plainTable(): string {
  const rows = over(undefined).map((rule) => [
    title(rule),
    asked(rule),
    ...defaultRoles.map((role) => shown(outcomeOf(rule, role, {}))),
  ]);
  return table(["command", "asked in order", ...defaultRoles], rows);
}

function rightsTable(): string {
  const rows = Object.entries(rights).map(([right, ids]) => [
    words(ids),
    ...defaultRoles.map((role) => (hasRight(role, right as Right) ? "yes" : "no")),
    rules
      .filter(({ asks }) => asks.some((ask) => ask.ask === "right" && ask.right === right))
      .map(title)
      .join("; ") || "read in answers alone",
  ]);
  return table(["permission", ...defaultRoles, "asked by"], rows);
}

function announcedTable(): string {
  const rows = announcedPermissions.map((id) => {
    const used = Object.values(rights).some((ids) => (ids as readonly string[]).includes(id));
    if (id === "administrator") return [code(id), "implies every right, no channel list"];
    return [code(id), used ? "yes" : "kept and shown, asked nowhere, as in the original"];
  });
  return table(["permission", "asked"], rows);
}

function placesTable(): string {
  const rows = placeKinds.map((place) => [
    place.name,
    place.about,
    ...channelRights.map((right) =>
      place.kind === "whisper"
        ? "–"
        : channelList({ permissions: place.permissions } as Channel, right).join(" "),
    ),
  ]);
  return table(["place", "", ...channelRights.map(code)], rows);
}

/** The whole document. */
export function page(): string {
  const parts = [
    "# Permissions",
    "Written by `npm run docs` from the table of the tests (`testing/src/permission-table`); a test runs every command as every default role in every place and holds the outcome against these tables. A cell is `yes` or the code of the refusal. Everybody has the role `user` beside the one that is named. An operator has every right and no rank above. Before all of these a ban refuses, and where somebody speaks a silence and the message budget.",
    "## Rights",
    "Roles of a fresh community. `owner` and `administrator` imply every right, but no channel list.",
    rightsTable(),
    "Announced in OriginChats' handshake (part 1, 5.1):",
    announcedTable(),
    "## Places",
    "The lists of the places in the tables below; of a list that is absent the default. A whisper is its two people's alone.",
    placesTable(),
    "## By the place",
    ...over("place").map(ofPlace),
    "## By another person's role",
    ...over("person").map(ofOther),
    "## By a role",
    ...over("role").map(ofOther),
    "## Neither",
    plainTable(),
    "## Not a person's",
    table(
      ["command", "given by"],
      [...others].map(([command, by]) => [code(command), by]),
    ),
  ];
  return `${parts.join("\n\n")}\n`;
}
