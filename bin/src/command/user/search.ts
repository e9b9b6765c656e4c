import { houseCommand } from "../spec.ts";
import { personOf, personOutput, rolesById, sayPerson } from "./person.ts";

export const command = houseCommand({
  name: "user search",
  summary: "accounts whose name, nickname or former name holds some letters, whatever the case",
  arguments: { text: { help: "the letters" } },
  options: {},
  output: personOutput,
  stream: true,
  say: sayPerson,
  async run({ arguments: { text } }, tell, { operator }) {
    const sought = text.toLowerCase();
    const roles = rolesById((await operator.frame()).roles);
    for await (const user of operator.people()) {
      const { name, nickname = "", formerNames = [], departed } = user;
      const isFound = [name, nickname, ...formerNames].some((each) =>
        each.toLowerCase().includes(sought),
      );
      if (isFound && !departed) await tell(personOf(user, roles));
    }
    return 0;
  },
});
