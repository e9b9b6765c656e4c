/** All commands of `dragoman`, by name. A name of two words lies in the folder of the first: `user add` in `user/add.ts`. */
import type { AnyCommand, CommandTable } from "./spec.ts";

type Load = () => Promise<{ readonly command: AnyCommand }>;

/** In the order in which they are listed. */
export const commandLoads: Readonly<Record<string, Load>> = {
  up: () => import("./up.ts"),
  cluster: () => import("./cluster.ts"),
  doctor: () => import("./doctor.ts"),
  status: () => import("./status.ts"),
  "config show": () => import("./config/show.ts"),
  "config check": () => import("./config/check.ts"),
  "config reload": () => import("./config/reload.ts"),
  "config get": () => import("./config/get.ts"),
  "config put": () => import("./config/put.ts"),
  "config history": () => import("./config/history.ts"),
  "config rollback": () => import("./config/rollback.ts"),
  drain: () => import("./drain.ts"),
  "user add": () => import("./user/add.ts"),
  "user password": () => import("./user/password.ts"),
  "user remove": () => import("./user/remove.ts"),
  "user erase": () => import("./user/erase.ts"),
  "user list": () => import("./user/list.ts"),
  "user search": () => import("./user/search.ts"),
  "user show": () => import("./user/show.ts"),
  "user rename": () => import("./user/rename.ts"),
  "user role": () => import("./user/role.ts"),
  "user ban": () => import("./user/ban.ts"),
  "user unban": () => import("./user/unban.ts"),
  "user silence": () => import("./user/silence.ts"),
  "user unsilence": () => import("./user/unsilence.ts"),
  "user kick": () => import("./user/kick.ts"),
  "user sessions": () => import("./user/sessions.ts"),
  "user merge": () => import("./user/merge.ts"),
  "invite create": () => import("./invite/create.ts"),
  "invite list": () => import("./invite/list.ts"),
  "invite revoke": () => import("./invite/revoke.ts"),
  "token list": () => import("./token/list.ts"),
  "token revoke": () => import("./token/revoke.ts"),
  audit: () => import("./audit.ts"),
  say: () => import("./say.ts"),
  "role list": () => import("./role/list.ts"),
  "role create": () => import("./role/create.ts"),
  "role change": () => import("./role/change.ts"),
  "role delete": () => import("./role/delete.ts"),
  "role reorder": () => import("./role/reorder.ts"),
  "channel list": () => import("./channel/list.ts"),
  "channel create": () => import("./channel/create.ts"),
  "channel change": () => import("./channel/change.ts"),
  "channel delete": () => import("./channel/delete.ts"),
  "channel reorder": () => import("./channel/reorder.ts"),
  "message search": () => import("./message/search.ts"),
  "message show": () => import("./message/show.ts"),
  "message delete": () => import("./message/delete.ts"),
  trace: () => import("./trace.ts"),
  "webhook list": () => import("./webhook/list.ts"),
  "webhook delete": () => import("./webhook/delete.ts"),
  "emoji list": () => import("./emoji/list.ts"),
  "emoji delete": () => import("./emoji/delete.ts"),
  phase: () => import("./phase.ts"),
  adoption: () => import("./adoption.ts"),
  backup: () => import("./backup.ts"),
  restore: () => import("./restore.ts"),
  verify: () => import("./verify.ts"),
  "projection rebuild": () => import("./projection/rebuild.ts"),
  "import originchats": () => import("./import/originchats.ts"),
  "import sockchat": () => import("./import/sockchat.ts"),
  "export originchats": () => import("./export/originchats.ts"),
  "export sockchat": () => import("./export/sockchat.ts"),
  "journal show": () => import("./journal/show.ts"),
  "journal skip": () => import("./journal/skip.ts"),
  "nats-config": () => import("./nats-config.ts"),
  completion: () => import("./completion.ts"),
  test: () => import("./test.ts"),
  bench: () => import("./bench.ts"),
};

const groups: CommandTable["groups"] = {
  user: "accounts and the people who have them",
  config: "the settings",
  projection: "the history as a database, which can always be made anew",
  invite: "codes by which somebody may register where registration is closed",
  token: "log-ins without a password",
  role: "roles, and what they may",
  channel: "channels, and who may what in them",
  message: "what was said",
  webhook: "addresses that programs post to",
  emoji: "the community's own emoji",
  import:
    "bring another server's community in; run again, it goes on where it was and brings what is new",
  export: "write the community as another server's data; nothing of the house changes",
  journal: "the record of all that has happened",
};

export async function loadCommand(name: string): Promise<AnyCommand | undefined> {
  const load = Object.hasOwn(commandLoads, name) ? commandLoads[name] : undefined;
  return load === undefined ? undefined : (await load()).command;
}

export const table: CommandTable = {
  groups,
  loadAll: () =>
    Promise.all(Object.values(commandLoads).map(async (load) => (await load()).command)),
};
