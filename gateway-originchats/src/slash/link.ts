/** `/link` (bridge table, linking): two accounts of one person become one. Told to the asking connection alone. */
import type { Channel, GrantOf, Provider } from "@dragoman/bus-schema";
import type { Step, View } from "@dragoman/gateway-kit";
import { type Ask, fail } from "../answer.ts";
import { refuse } from "../rejection.ts";
import { type BuiltIn, textArgument } from "./builtin.ts";
import { replyUnsaved } from "./unsaved.ts";

const minuteMs = 60_000;
const codeMax = 100;
const badCode = "This code is not valid";

function codeText({ code, expiresAtMs, identities }: GrantOf<"link.code">, view: View): string {
  const minutes = Math.max(1, Math.round((expiresAtMs - view.nowMs) / minuteMs));
  const known = identities.map(({ provider, name }) => `${name} (${provider})`);
  return [
    `**Your code:** \`${code}\` (only you see this)`,
    `Call \`/link ${code}\` where you are signed in with your other account: it becomes part of this one.`,
    `The code works once, for ${minutes} minutes.`,
    ...(known.length === 0 ? [] : [`Linked: ${known.join(", ")}`]),
  ].join("\n");
}

function show(ask: Ask, channel: Channel): readonly Step[] {
  return [
    {
      do: "grant",
      body: { type: "link.code" },
      granted: (grant: GrantOf<"link.code">, view: View) => [
        replyUnsaved(ask, "link", channel, codeText(grant, view), view),
      ],
      refuse: refuse(ask),
    },
  ];
}

/** The connection ends with the account that it was of, and comes back as the other. */
function join(ask: Ask, code: string): readonly Step[] {
  if (code.length > codeMax) return fail(ask, badCode);
  const texts = {
    invalid: () => badCode,
    self_target: () => "This code is your own: call it where your other account is signed in",
  };
  return [{ do: "command", body: { type: "link.join", code }, refuse: refuse(ask, texts) }];
}

const providers: ReadonlyMap<string, Provider> = new Map([
  ["remove site", "site"],
  ["remove rotur", "rotur"],
]);

function remove(ask: Ask, channel: Channel, provider: Provider): readonly Step[] {
  return [
    {
      do: "command",
      body: { type: "link.remove", provider },
      settle: (own, _commit, view) => [
        { do: "send", packets: own },
        replyUnsaved(ask, "link", channel, `Your ${provider} identity is no longer linked.`, view),
      ],
      refuse: refuse(ask, {
        not_found: () => `No ${provider} identity is linked to your account`,
        protected: () => "This is the only way in to your account",
      }),
    },
  ];
}

export const link: BuiltIn = {
  name: "link",
  description: "Make your accounts on both protocols one",
  options: [
    {
      name: "code",
      description: "The code of your other account; or: remove site, remove rotur",
      type: "str",
      required: false,
    },
  ],
  ephemeral: true,
  run: (args, ask, channel) => {
    const given = textArgument(args, "code");
    if (!given.ok) return fail(ask, given.error);
    if (given.value === undefined) return show(ask, channel);
    const provider = providers.get(given.value.toLowerCase());
    return provider === undefined ? join(ask, given.value) : remove(ask, channel, provider);
  },
};
