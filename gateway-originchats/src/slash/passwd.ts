/** `/passwd`: another password for the own account (bridge table, password). Neither is shown to anybody. */

import { fail } from "../answer.ts";
import { refuse } from "../rejection.ts";
import { type BuiltIn, textArgument } from "./builtin.ts";
import { replyUnsaved } from "./unsaved.ts";

const done =
  "Your password is changed. Your login tokens are revoked and your other connections closed.";

export const passwd: BuiltIn = {
  name: "passwd",
  description: "Change your password",
  options: [
    { name: "current", description: "The present password", type: "str", required: true },
    {
      name: "wanted",
      description: "The new password; whoever has none yet gives it alone",
      type: "str",
      required: false,
    },
  ],
  ephemeral: true,
  run: (args, ask, channel) => {
    const current = textArgument(args, "current");
    if (!current.ok) return fail(ask, current.error);
    const wanted = textArgument(args, "wanted");
    if (!wanted.ok) return fail(ask, wanted.error);
    const isFirst = ask.view.roster.user(ask.session.userId)?.local === false;
    const words = [current.value, wanted.value].flatMap((word) => word ?? []);
    const [before, after] = isFirst && words.length === 1 ? ["-", ...words] : words;
    if (before === undefined || after === undefined) {
      return fail(ask, "Usage: /passwd <current> <wanted>");
    }
    return [
      {
        do: "command",
        body: { type: "user.password", current: before, wanted: after },
        settle: (_own, _commit, view) => [replyUnsaved(ask, "passwd", channel, done, view)],
        refuse: refuse(ask),
      },
    ];
  },
};
