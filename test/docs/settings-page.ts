/** `docs/settings.md`, written from the schema of the configuration and the words of `dragoman.example.yaml`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig, schema } from "@dragoman/bin";
import { environmentName, isFollowed, sayUnshared, showSetting } from "@dragoman/service-kit";

const root = join(import.meta.dirname, "..", "..", "..");

/** Where the page lies. */
export const settingsPagePath = join(root, "docs", "settings.md");

/** What the example says above each key, or behind it; "" where it says nothing. */
function wordsOf(example: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  let section = "";
  let above: string[] = [];
  for (const line of example.split("\n")) {
    const comment = /^ *# (.*)$/.exec(line)?.[1];
    const [, indent = "", name = "", rest = ""] = /^( *)([A-Za-z]+):(.*)$/.exec(line) ?? [];
    if (comment !== undefined) above.push(comment);
    else if (name === "") above = [];
    else {
      if (indent === "" && rest.trim() === "") section = name;
      const key = indent === "" ? name : `${section}.${name}`;
      words.set(key, [...above, / # (.*)$/.exec(rest)?.[1] ?? ""].join(" ").trim());
      above = [];
    }
  }
  return words;
}

function valueAt(tree: unknown, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>((at, name) => (at as { readonly [name: string]: unknown })[name], tree);
}

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** The whole page. */
export function settingsPage(): string {
  const words = wordsOf(readFileSync(join(root, "dragoman.example.yaml"), "utf8"));
  const { config } = readConfig({});
  const rows = schema.keys.map((key) => {
    const shown = cell(showSetting(key, valueAt(config, key)));
    const value = shown === "" ? "–" : `\`${shown}\``;
    const when = isFollowed(key) ? "at once" : "restart";
    const where = sayUnshared(key) === undefined ? "yes" : "no";
    return `| \`${key}\` | ${value} | ${when} | ${where} | ${cell(words.get(key) ?? "")} |`;
  });
  const parts = [
    "# Settings",
    `Written by \`npm run docs\` from the schema and from the words of \`dragoman.example.yaml\`; a test holds the page equal to them. A key \`a.bC\` is the environment variable \`${environmentName("a.bC")}\`, which beats the file that \`DRAGOMAN_CONFIG\` names. \`dragoman config show\` shows each value and where it comes from, \`dragoman config check\` what a start would refuse.`,
    "On SIGHUP a process reads its configuration again. If one value is wrong, nothing of it is taken over, and one line of the log says which and why. Else it says each value that has changed, before and after: what is followed **at once**, and what needs a **restart**. Certificates are read again where there was one from the start. A bound holds for what comes from then on: nobody is put out for what he did before, connections that are open keep their bounds of frames and of the time to sign in, and whoever came by a provider that is left out stays until the connection ends.",
    "What is **shared** may stand in one place for all processes of a community ([a cluster's configuration](operation/cluster.md#one-configuration-for-all-processes)): `dragoman config put`. A process's own file beats it, the environment beats the file. Secrets, and what is of one machine or one process (ports, folders, certificates, NATS), are never shared.",
    "A restart is needed by what sizes something for as long as a process lives (the store, snapshots, uploads), by the rhythm that all processes must change together (`journal`), and by what clients were told when they came.",
    [
      "| setting | default | followed | shared | what |",
      "| --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}
