/**
 * Whether the NATS account that a core signs in to is its community's: looked at before anything is made there, since
 * that of another community would take the streams and then refuse every record.
 */
import { type CommunityId, encode, journalStream, subject } from "@dragoman/bus-schema";
import { type Bus, BusError, environmentName, mayHear, OperatorError } from "@dragoman/service-kit";

const limitMs = 2_000;
/** What the name of every journal begins with. */
const journalPrefix = journalStream("" as CommunityId).name;

/** The communities whose journals lie in the account; none where it does not say. */
async function communitiesIn(bus: Bus): Promise<readonly string[]> {
  try {
    const reply = await bus.request("$JS.API.STREAM.NAMES", encode({}), { timeoutMs: limitMs });
    const { streams } = JSON.parse(new TextDecoder().decode(reply.data)) as {
      readonly streams?: readonly string[] | null;
    };
    const journals = (streams ?? []).filter((name) => name.startsWith(journalPrefix));
    return journals.map((name) => name.slice(journalPrefix.length));
  } catch (error) {
    if (error instanceof BusError) return [];
    throw error;
  }
}

/** Whether the account may hear its community's records; asked again where the connection is lost before that is told. */
async function mayHearRecords(bus: Bus, community: CommunityId): Promise<boolean> {
  for (;;) {
    try {
      return await mayHear(bus, subject.event(community));
    } catch (error) {
      // While the server is away a question ends with each try to reach it.
      if (bus.connection.isClosed()) throw error;
    }
  }
}

/** @throws OperatorError where the account may not hear its own community's records */
export async function refuseOthersAccount(
  bus: Bus,
  community: CommunityId,
  user: string,
): Promise<void> {
  if (await mayHearRecords(bus, community)) return;
  const others = await communitiesIn(bus);
  const whose = others.length === 0 ? "" : ` (it holds ${others.join(", ")})`;
  throw new OperatorError(
    `${environmentName("community")} is ${community}, and the account of the NATS user "${user}" is not for that community${whose}: ` +
      `give this community's user of core in ${environmentName("nats.user")} (\`dragoman nats-config\` prints one for each), or set the community that the account is for`,
    1,
  );
}
