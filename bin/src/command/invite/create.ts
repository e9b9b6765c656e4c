import { z } from "zod";
import { houseCommand } from "../spec.ts";
import { readSeconds, readWhole } from "../value.ts";

/** Letters of an id. */
const idLength = 6;

export const command = houseCommand({
  name: "invite create",
  summary: "make a code by which somebody may register, also where registration is closed",
  notes:
    "The code is shown this once: what is kept of it is a digest. It is typed behind the account name, with a blank between. Registrations by it are not counted by `limits.registrations…`.",
  arguments: {},
  options: {
    uses: { help: "how many may register by it", value: "count", default: "1" },
    expires: { help: "how long it is good, such as 12h, 7d or 2w", value: "time", default: "7d" },
    role: { help: "what whoever registers is given", value: "name", many: true },
    note: { help: "whom it is for; shown in lists and the audit log", value: "text" },
  },
  output: z.object({
    inviteId: z.string(),
    code: z.string(),
    uses: z.int(),
    expiresAt: z.string(),
    roles: z.array(z.string()),
  }),
  say: ({ inviteId, code, uses, expiresAt }) => [
    code,
    `Good ${uses === 1 ? "once" : `${uses} times`}, until ${expiresAt}; its id is ${inviteId}.`,
    `OriginChats: register with the name "<name> ${code}" and a password.`,
    `Sock Chat: the login Local, "<name> ${code}" and a password.`,
    `In a browser: /register.html#${code} of the console.`,
  ],
  async run({ options }, tell, { give, operator }) {
    const { inviteCode, InviteId, inviteSecondsMax, inviteUsesMax } = await import(
      "@dragoman/bus-schema"
    );
    const { randomBytes } = await import("node:crypto");
    const { OperatorError } = await import("@dragoman/service-kit/operator-error");
    const { exitCode } = await import("../exit-code.ts");
    const uses = readWhole("invite create: --uses", options.uses, inviteUsesMax);
    const seconds = readSeconds("invite create: --expires", options.expires);
    if (seconds > inviteSecondsMax) {
      throw new OperatorError("invite create: --expires: a year is the most", exitCode.usage);
    }
    const { note = "", role: roles } = options;
    const chance = new Uint16Array(new Uint8Array(randomBytes(64)).buffer);
    const code = inviteCode([...chance.subarray(0, 15)]);
    const inviteId = InviteId.parse(
      inviteCode([...chance.subarray(16)])
        .replaceAll("-", "")
        .slice(0, idLength),
    );
    const lifetimeMs = seconds * 1_000;
    await give("invite create", {
      type: "invite.create",
      inviteId,
      code,
      uses,
      lifetimeMs,
      roles: [...roles],
      note,
    });
    const { invites } = await operator.ask({ type: "invite.list" });
    const made = invites.find((invite) => invite.inviteId === inviteId);
    if (made === undefined) throw new Error(`the invite ${inviteId} is not there`);
    const expiresAt = new Date(made.expiresAtMs).toISOString();
    await tell({ inviteId, code, uses, expiresAt, roles: [...roles] });
    return 0;
  },
});
