import { commandOf } from "./spec.ts";

export const command = commandOf({
  name: "completion",
  summary: "print what a shell needs to complete commands and options",
  notes: `bash: source <(dragoman completion bash), in ~/.bashrc
zsh: dragoman completion zsh > _dragoman, into a folder of $fpath
fish: dragoman completion fish > ~/.config/fish/completions/dragoman.fish`,
  arguments: { shell: { help: "for which", choices: ["bash", "zsh", "fish"] } },
  options: {},
  needs: "nothing",
  output: null,
  say: () => [],
  async run({ arguments: { shell } }, _tell, { loadAll, groups }) {
    const { completionFor } = await import("./completion-script.ts");
    process.stdout.write(completionFor(shell, await loadAll(), groups));
    return 0;
  },
});
