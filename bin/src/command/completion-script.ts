/** What bash, zsh and fish complete: written out from the table of commands, so that no shell has to start one. */
import { flagOf } from "./run.ts";
import type { AnyCommand } from "./spec.ts";

/** What may come next behind some words. */
interface Next {
  /** The words so far, such as `user add`; "" at the beginning. */
  readonly path: string;
  readonly words: readonly (readonly [word: string, help: string])[];
  /** Whether the name of a file may stand there as well. */
  readonly takesFile: boolean;
}

const takesFile = ({ arguments: words }: AnyCommand): boolean =>
  Object.keys(words).some((key) => ["file", "folder", "path"].includes(key));

function nextOf(command: AnyCommand): Next {
  const { name, arguments: words, options, output } = command;
  const choices = Object.values(words).flatMap((argument) => argument.choices ?? []);
  return {
    path: name,
    takesFile: takesFile(command),
    words: [
      ...choices.map((choice) => [choice, ""] as const),
      ...Object.entries(options).map(([key, { help }]) => [`--${flagOf(key)}`, help] as const),
      ...(output === null ? [] : [["--json", "print it as JSON"] as const]),
      ["--help", "show what it takes"],
    ],
  };
}

function allNext(
  commands: readonly AnyCommand[],
  groups: Readonly<Record<string, string>>,
): readonly Next[] {
  const first = new Map<string, string>([
    ["--help", "show all commands"],
    ["--version", "show the version"],
  ]);
  const second = new Map<string, [string, string][]>();
  for (const { name, summary } of commands) {
    const [word = "", under] = name.split(" ");
    first.set(word, under === undefined ? summary : (groups[word] ?? ""));
    if (under !== undefined) second.set(word, [...(second.get(word) ?? []), [under, summary]]);
  }
  return [
    { path: "", words: [...first], takesFile: false },
    ...[...second].map(([path, words]) => ({ path, words, takesFile: false })),
    ...commands.map(nextOf),
  ];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A `case` that finds out which command the words so far name, the same in bash and zsh. */
function pathCase(next: readonly Next[]): string {
  const paths = next.flatMap(({ path }) => (path === "" ? [] : [path]));
  return `    case "$named $word" in
      ${paths.map((path) => quoted(` ${path}`)).join("|")}) named="$named $word" ;;
    esac`;
}

function bash(next: readonly Next[]): string {
  const rows = next.map(
    ({ path, words, takesFile: files }) =>
      `    ${quoted(path === "" ? "" : ` ${path}`)}) words=${quoted(words.map(([word]) => word).join(" "))}; files=${files ? "yes" : ""} ;;`,
  );
  return `# bash completion of dragoman; made by \`dragoman completion bash\`
_dragoman() {
  local current="\${COMP_WORDS[COMP_CWORD]}" named="" words="" files="" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
${pathCase(next)}
  done
  case "$named" in
${rows.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -F _dragoman dragoman
`;
}

function zsh(next: readonly Next[]): string {
  const described = (words: Next["words"]): string =>
    words.map(([word, help]) => quoted(`${word.replaceAll(":", "\\:")}:${help}`)).join(" ");
  const rows = next.map(
    ({ path, words, takesFile: files }) =>
      `    ${quoted(path === "" ? "" : ` ${path}`)}) next=(${described(words)}); files=${files ? "yes" : ""} ;;`,
  );
  return `#compdef dragoman
# zsh completion of dragoman; made by \`dragoman completion zsh\`
_dragoman() {
  local named="" files="" word
  local -a next
  for word in "\${(@)words[2,CURRENT-1]}"; do
${pathCase(next)}
  done
  case "$named" in
${rows.join("\n")}
  esac
  _describe dragoman next
  if [[ -n "$files" ]]; then _files; fi
}
if [[ "\${funcstack[1]}" == _dragoman ]]; then _dragoman "$@"; else compdef _dragoman dragoman; fi
`;
}

function fish(next: readonly Next[]): string {
  const paths = next.flatMap(({ path }) => (path === "" ? [] : [quoted(path)]));
  const rows = next.flatMap(({ path, words, takesFile: files }) => {
    const when = `-n ${quoted(`test (__dragoman_named) = "${path}"`)}`;
    return [
      ...words.map(([word, help]) => {
        const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${quoted(word)}`;
        return `complete -c dragoman ${when} ${what}${help === "" ? "" : ` -d ${quoted(help)}`}`;
      }),
      ...(files ? [`complete -c dragoman ${when} -F`] : []),
    ];
  });
  return `# fish completion of dragoman; made by \`dragoman completion fish\`
function __dragoman_named
  set -l named ""
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim "$named $word")
    if contains -- $longer ${paths.join(" ")}
      set named $longer
    end
  end
  echo "$named"
end
complete -c dragoman -f
${rows.join("\n")}
`;
}

/** The script for a shell. */
export function completionFor(
  shell: string,
  commands: readonly AnyCommand[],
  groups: Readonly<Record<string, string>>,
): string {
  const next = allNext(commands, groups);
  if (shell === "bash") return bash(next);
  return shell === "zsh" ? zsh(next) : fish(next);
}
