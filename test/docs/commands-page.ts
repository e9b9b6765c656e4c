/** `docs/commands.md`, written from the table of the command line. */
import { join } from "node:path";
import { type AnyCommand, commandTable, exitCodeTexts, flagOf, needTexts } from "@dragoman/bin";
import { z } from "zod";

/** Where the page lies. */
export const commandsPagePath = join(import.meta.dirname, "..", "..", "..", "docs", "commands.md");

type Schema = z.core.JSONSchema.JSONSchema;

/** A JSON schema in one line, such as `{ name, roles: [text], until: text or null }`. */
function shape(schema: Schema | boolean): string {
  if (typeof schema === "boolean") return "anything";
  const {
    type,
    properties = {},
    required = [],
    items,
    anyOf,
    enum: choices,
    additionalProperties,
  } = schema;
  if (anyOf !== undefined) return anyOf.map(shape).join(" or ");
  if (choices !== undefined) return choices.map((choice) => JSON.stringify(choice)).join(" or ");
  if (type === "array") return `[${shape((items ?? {}) as Schema)}]`;
  if (type === "object" && schema.properties === undefined) {
    return `{ any name: ${shape((additionalProperties ?? {}) as Schema)} }`;
  }
  if (type === "object") {
    const fields = Object.entries(properties).map(([name, of]) => {
      const optional = required.includes(name) ? "" : "?";
      return `${name}${optional}: ${shape(of)}`;
    });
    return `{ ${fields.join(", ")} }`;
  }
  const words: Readonly<Record<string, string>> = { string: "text", integer: "whole number" };
  return typeof type === "string" ? (words[type] ?? type) : "anything";
}

/** Those fields that say more of themselves. */
function notesOn(schema: Schema): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, of]) =>
    typeof of === "object" && of.description !== undefined
      ? [`- \`${name}\`: ${of.description}`]
      : [],
  );
}

function usage({ name, arguments: words, options, output }: AnyCommand): string {
  const parts = Object.entries(words).map(([key, { optional, many }]) => {
    const dots = `${flagOf(key)}${many ? "..." : ""}`;
    return optional ? `[${dots}]` : `<${dots}>`;
  });
  const hasOptions = Object.keys(options).length > 0 || output !== null;
  return ["dragoman", name, ...parts, ...(hasOptions ? ["[options]"] : [])].join(" ");
}

function taken({ arguments: words, options }: AnyCommand): readonly string[] {
  const choices = (of: readonly string[] | undefined): string =>
    of === undefined ? "" : ` (${of.join(", ")})`;
  return [
    ...Object.entries(words).map(
      ([key, { help, choices: of }]) => `- \`${flagOf(key)}\`: ${help}${choices(of)}`,
    ),
    ...Object.entries(options).map(
      ([key, { help, value, many, required, default: usual, choices: of }]) => {
        const flag = `--${flagOf(key)}${value === undefined ? "" : ` <${value}>`}`;
        const marks = [
          ...(required ? ["must be given"] : []),
          ...(many ? ["may be given again"] : []),
          ...(usual === undefined ? [] : [`else \`${usual}\``]),
        ];
        return `- \`${flag}\`: ${help}${choices(of)}${marks.length === 0 ? "" : `; ${marks.join(", ")}`}`;
      },
    ),
  ];
}

function sectionOf(command: AnyCommand): string {
  const { name, summary, notes, needs, output, stream, codes } = command;
  const schema = output === null ? undefined : z.toJSONSchema(output, { unrepresentable: "any" });
  const lines = taken(command);
  const parts = [
    `### \`${name}\``,
    `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`,
    `\`\`\`sh\n${usage(command)}\n\`\`\``,
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
    ...(notes === undefined ? [] : [notes]),
    ...(needs === "nothing" ? [] : [`Needs ${needTexts[needs]}.`]),
    ...(codes === undefined
      ? []
      : [
          `Exit codes: ${Object.entries(codes)
            .map(([code, text]) => `${code} ${text}`)
            .join(", ")}.`,
        ]),
    ...(schema === undefined
      ? []
      : [
          [
            `With \`--json\`${stream ? ", one a line" : ""}: \`${shape(schema)}\``,
            ...(notesOn(schema).length === 0 ? [] : ["", ...notesOn(schema)]),
          ].join("\n"),
        ]),
  ];
  return parts.join("\n\n");
}

/** The whole page. */
export async function commandsPage(): Promise<string> {
  const commands = await commandTable.loadAll();
  const codes = Object.entries(exitCodeTexts).map(([code, text]) => `| ${code} | ${text} |`);
  const sections: string[] = [];
  const told = new Set<string>();
  for (const command of commands) {
    const [first = "", second] = command.name.split(" ");
    if (second === undefined) sections.push(sectionOf(command).replace("###", "##"));
    else if (!told.has(first)) {
      told.add(first);
      const family = commands.filter(({ name }) => name.startsWith(`${first} `));
      const summary = commandTable.groups[first] ?? "";
      sections.push(
        `## \`${first}\``,
        `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`,
        ...family.map(sectionOf),
      );
    }
  }
  const parts = [
    "# Commands",
    "Written by `npm run docs` from the table `bin/src/command/table.ts`; a test holds the page equal to it. `dragoman <command> --help` says the same of one, `dragoman completion` prints what bash, zsh and fish need to complete them.",
    "Every command that asks of a house works from any machine that reaches its NATS with the operator's credentials (`DRAGOMAN_NATS_URL`, `_USER`, `_PASSWORD`), or on the machine of its data folder without any. What an operator does to people or to the house stands in the audit log, as done by `operator`. A list comes page by page, however long it is. With `--json` a refusal is one JSON object on standard error: `{ error: text, exitCode: whole number }`.",
    ["| exit code | means |", "| --- | --- |", ...codes].join("\n"),
    ...sections,
  ];
  return `${parts.join("\n\n")}\n`;
}
