/** The command line of `dragoman`. Each command loads what it needs, so that `--help` and `doctor` are quick. */
import { OperatorError } from "@dragoman/service-kit";
import { Command } from "commander";
import { keepPrivate } from "./private.ts";

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Where the servers of a cluster listen for each other. */
const routePort = 6222;

interface NatsConfigOptions {
  readonly host: string;
  readonly port: number;
  readonly store: string;
  readonly name: string;
  readonly route: readonly string[];
}

/** @param done is given the exit code of the command that ran */
function userCommand(done: (code: number) => void): Command {
  const user = new Command("user").description("make, end and list accounts, running or not");
  user
    .command("add")
    .description("make an account; the password is asked for, or read from standard input")
    .argument("<name>", "2 to 32 letters, digits, _ or -")
    .option("--role <role>", "a role beside `user`; may be given again", collect, [])
    .action(async (name: string, options: { role: readonly string[] }) => {
      const { addUser } = await import("./user.ts");
      done(await addUser(name, options.role));
    });
  user
    .command("password")
    .description("give an account another password, asked for or read from standard input")
    .argument("<name>")
    .action(async (name: string) => {
      const { changePassword } = await import("./user.ts");
      done(await changePassword(name));
    });
  user
    .command("remove")
    .description("end an account, or all demo accounts")
    .argument("[name]")
    .option("--demo", "every account that the demo made")
    .action(async (name: string | undefined, options: { demo?: true }) => {
      const { removeDemoUsers, removeUser } = await import("./user.ts");
      if ((name === undefined) === (options.demo === undefined)) {
        throw new OperatorError("user remove: give either a name or --demo", 2);
      }
      done(name === undefined ? await removeDemoUsers() : await removeUser(name));
    });
  user
    .command("list")
    .description("number, name and roles of every account")
    .action(async () => {
      const { listUsers } = await import("./user.ts");
      done(await listUsers());
    });
  return user;
}

/** @param done is given the exit code of the command that ran */
function journalCommand(done: (code: number) => void): Command {
  const journal = new Command("journal").description(
    "look at a record of the journal, or have one passed over at which it has halted",
  );
  const readSeq = (text: string): number => {
    if (/^[1-9][0-9]{0,15}$/.test(text)) return Number(text);
    throw new OperatorError(`journal: ${text} is no number of a record`, 2);
  };
  journal
    .command("show")
    .description("print a record as it is stored, and why it cannot be applied")
    .argument("<number>", "its sequence in the journal")
    .action(async (number: string) => {
      const { showRecord } = await import("./journal.ts");
      done(await showRecord(readSeq(number)));
    });
  journal
    .command("skip")
    .description(
      "pass over the record at which the journal has halted; what it held is lost, for good and everywhere",
    )
    .argument("<number>", "its sequence in the journal")
    .requiredOption("--why <text>", "the reason, for the audit log")
    .action(async (number: string, { why }: { why: string }) => {
      const { skipRecord } = await import("./journal.ts");
      done(await skipRecord(readSeq(number), why));
    });
  return journal;
}

/** @param done is given the exit code of the command that ran */
function addBackup(dragoman: Command, done: (code: number) => void): void {
  const passphraseFile = [
    "--passphrase-file <file>",
    "its first line encrypts the backup; else DRAGOMAN_BACKUP_PASSPHRASE does, if it is set",
  ] as const;
  dragoman
    .command("backup")
    .description(
      "write all of a community to a file, running or not, in the form of tar, or of age round it",
    )
    .argument("<file>", "a new file; - is standard output")
    .option(...passphraseFile)
    .option("--with-config", "with the configuration file, which may hold passwords")
    .addHelpText("after", exitCodes)
    .action(async (file: string, options: { passphraseFile?: string; withConfig?: true }) => {
      const { backup } = await import("./backup/index.ts");
      done(await backup(file, options));
    });
  dragoman
    .command("restore")
    .description(
      "restore a backup into a new data folder, or a store that holds nothing of the community",
    )
    .argument("<file>", "a backup; - is standard input")
    .option(...passphraseFile)
    .option("--config-to <file>", "where the configuration goes, if the backup holds it")
    .addHelpText("after", exitCodes)
    .action(async (file: string, options: { passphraseFile?: string; configTo?: string }) => {
      const { restore } = await import("./backup/index.ts");
      done(await restore(file, options));
    });
}

const exitCodes = `
It needs core's rights: those of the data folder, else DRAGOMAN_NATS_URL, _USER and _PASSWORD of core.
Exit code 0: done; 1: it could not be done, and nothing half is left; 2: asked for in a wrong way.`;

function program(done: (code: number) => void): Command {
  const dragoman = new Command("dragoman")
    .description("A chat bridge: OriginChats and Sock Chat as two views of one community.")
    .addHelpText("after", "\nSettings: dragoman.example.yaml; `dragoman doctor` shows them.");
  dragoman
    .command("up")
    .description("start everything on this machine")
    .option("--tls", "speak TLS, with a certificate for localhost when none is configured", false)
    .action(async (options: { tls: boolean }) => {
      const { up } = await import("./up.ts");
      done(await up(options));
    });
  dragoman
    .command("cluster")
    .description("start a house on three nats-servers, to look at and to kill parts of")
    .action(async () => {
      const { cluster } = await import("./cluster/command.ts");
      done(await cluster());
    });
  dragoman.addCommand(userCommand(done));
  dragoman.addCommand(journalCommand(done));
  addBackup(dragoman, done);
  dragoman
    .command("nats-config")
    .description("print the configuration of a nats-server of your own")
    .argument("[community...]", "the communities that it is for", ["main"])
    .option("--host <address>", "where it listens", "0.0.0.0")
    .option("--port <number>", "on which port", Number, 4222)
    .option("--store <folder>", "where it stores", "/var/lib/nats")
    .option("--name <name>", "its own name: of a cluster each server has another", "dragoman")
    .option("--route <address>", "where a server of its cluster listens for it", collect, [])
    .action(async (communities: readonly string[], options: NatsConfigOptions) => {
      const { deployedConfiguration } = await import("./nats/deployment.ts");
      const { host, port, store, name, route } = options;
      const place = { host, port, storeDir: store, serverName: name };
      const cluster = { name: "dragoman", port: routePort, routes: route };
      const whole = route.length === 0 ? place : { ...place, cluster };
      process.stdout.write(deployedConfiguration(communities, whole));
    });
  dragoman
    .command("doctor")
    .description("look for what is wrong: the settings, this machine, and the house where one runs")
    .option("--json", "print all of it as one JSON object", false)
    .addHelpText(
      "after",
      "\nExit codes: 0 all is well, 1 the house is not, 2 the settings cannot work.",
    )
    .action(async (options: { json: boolean }) => {
      const { doctor } = await import("./doctor.ts");
      done(await doctor(options));
    });
  dragoman
    .command("test")
    .description("run the tests")
    .argument(
      "[pattern...]",
      "parts of test file paths, all without one; `unit`: those that start nothing",
    )
    .action(async (patterns: readonly string[]) => {
      const { test } = await import("./run-tests.ts");
      done(await test(patterns));
    });
  dragoman
    .command("bench")
    .description("run the measurements")
    .argument("[option...]")
    .allowUnknownOption()
    .action(async (options: readonly string[]) => {
      const { bench } = await import("./run-tests.ts");
      done(await bench(options));
    });
  return dragoman;
}

/**
 * Runs the command that the arguments name.
 * @param argv as `process.argv`
 * @returns the exit code; what an operator can mend has been printed as one line
 * @public called by bin/dragoman.mjs
 */
export async function main(argv: readonly string[]): Promise<number> {
  keepPrivate();
  let code = 0;
  try {
    await program((outcome) => {
      code = outcome;
    }).parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    process.stderr.write(`dragoman: ${error.message}\n`);
    return error.exitCode;
  }
  return code;
}
