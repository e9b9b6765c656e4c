/** Runs a command of the table: what is typed becomes what it takes, and what it tells is printed as JSON or in words. */
import { once } from "node:events";
import { CommanderError, Command as Parser, Option as ParserOption } from "commander";
import { exitCode, exitCodeTexts } from "./exit-code.ts";
import { type AnyCommand, type CommandTable, needTexts, type Option } from "./spec.ts";
import { terminalText } from "./terminal-text.ts";

/** The flag of an option, such as `dry-run`. */
export const flagOf = (key: string): string =>
  key.replace(/[A-Z]/g, (found) => `-${found.toLowerCase()}`);

async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, "drain");
}

function parserOption(key: string, spec: Option): ParserOption {
  const { value, many, required, choices } = spec;
  const flags = `--${flagOf(key)}${value === undefined ? "" : ` <${value}>`}`;
  const option = new ParserOption(flags, spec.help);
  if (choices !== undefined) option.choices(choices);
  if (many) {
    option.argParser((given: string, before: readonly string[] = []) => [...before, given]);
  } else if (spec.default !== undefined) option.default(spec.default);
  return option.makeOptionMandatory(required === true);
}

/** What stands for what was not typed. */
function absent({
  many,
  value,
}: Pick<Option, "many" | "value">): readonly string[] | false | undefined {
  if (many) return [];
  return value === undefined ? false : undefined;
}

const jsonHelp = ({ stream }: AnyCommand): string =>
  stream ? "print it as JSON, one object a line" : "print it as one JSON object";

const sayCodes = (codes: Readonly<Record<number, string>>): string =>
  `Exit codes:\n${Object.entries(codes)
    .map(([code, text]) => `  ${code}  ${text}`)
    .join("\n")}`;

/** What stands below the options of a command. */
function belowOptions({ notes, needs, codes }: AnyCommand): string {
  const parts = [
    ...(notes === undefined ? [] : [notes]),
    ...(needs === "nothing" ? [] : [`It needs ${needTexts[needs]}.`]),
    sayCodes(codes ?? exitCodeTexts),
  ];
  return `\n${parts.join("\n")}`;
}

/** @param done is given the exit code of the command, if it is the one that was typed */
function parserOf(command: AnyCommand, table: CommandTable, done: (code: number) => void): Parser {
  const { name, summary, output, passesOn } = command;
  const parser = new Parser(name.split(" ").at(-1))
    .description(summary)
    .helpOption("--help", "show this");
  const keys = Object.keys(command.arguments);
  for (const [key, { help, optional, many, choices }] of Object.entries(command.arguments)) {
    const dots = many ? `${flagOf(key)}...` : flagOf(key);
    const argument = parser.createArgument(optional ? `[${dots}]` : `<${dots}>`, help);
    if (choices !== undefined) argument.choices(choices);
    parser.addArgument(argument);
  }
  for (const [key, spec] of Object.entries(command.options))
    parser.addOption(parserOption(key, spec));
  if (output !== null) parser.option("--json", jsonHelp(command));
  if (passesOn) parser.allowUnknownOption();
  parser.addHelpText("after", belowOptions(command));
  return parser.action(async (...typed: readonly unknown[]) => {
    const options = parser.opts<Record<string, unknown>>();
    const given = {
      arguments: Object.fromEntries(
        keys.map((key, at) => [key, typed[at] ?? absent({ ...command.arguments[key], value: "" })]),
      ),
      options: Object.fromEntries(
        Object.entries(command.options).map(([key, spec]) => [key, options[key] ?? absent(spec)]),
      ),
      json: options["json"] === true,
    } as Parameters<AnyCommand["run"]>[0];
    const tell = async (item: unknown): Promise<void> => {
      if (given.json && output !== null) {
        await write(process.stdout, `${JSON.stringify(output.parse(item))}\n`);
        return;
      }
      const said = command.say(item, given);
      const lines = typeof said === "string" ? [said] : said;
      const stream = command.aside ? process.stderr : process.stdout;
      await write(stream, lines.map((line) => `${terminalText(line)}\n`).join(""));
    };
    done((await command.run(given, tell, table)) ?? exitCode.done);
  });
}

const below = `
Settings: dragoman.example.yaml; \`dragoman doctor\` shows them. All commands: docs/commands.md.
${sayCodes(exitCodeTexts)}`;

/** Errors of the parser are the operator's own: one line, and the code for that. */
function strict(parser: Parser): Parser {
  return parser.exitOverride().configureOutput({
    outputError: (text, print) =>
      print(text.replace(/^error: /, "dragoman: ").replace("\n(", " (")),
  });
}

/**
 * Runs what the arguments name.
 * @param argv as `process.argv`
 * @returns the exit code
 * @throws OperatorError for what an operator can mend
 */
export async function runCommand(
  argv: readonly string[],
  commands: readonly AnyCommand[],
  table: CommandTable,
): Promise<number> {
  let code: number = exitCode.done;
  const done = (outcome: number): void => {
    code = outcome;
  };
  const dragoman = strict(new Parser("dragoman"))
    .description("A chat bridge: OriginChats and Sock Chat as two views of one community.")
    .helpOption("--help", "show this, or after a command what it takes")
    .option("--version", "show the version")
    .addHelpText("after", below);
  const parents = new Map<string, Parser>();
  for (const command of commands) {
    const [first = "", second] = command.name.split(" ");
    const parser = strict(parserOf(command, table, done));
    if (second === undefined) dragoman.addCommand(parser);
    else {
      let parent = parents.get(first);
      if (parent === undefined) {
        parent = strict(new Parser(first))
          .description(table.groups[first] ?? "")
          .helpOption("--help", "show this");
        parents.set(first, parent);
        dragoman.addCommand(parent);
      }
      parent.addCommand(parser);
    }
  }
  try {
    await dragoman.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  }
  return code;
}
