/** Answers requests on a subject with what they hold: the floor of every latency. */
import { connect } from "@nats-io/transport-node";

const [, , servers = "", user = "", pass = "", subject = ""] = process.argv;
const connection = await connect({ servers, user, pass, noAsyncTraces: true });
connection.subscribe(subject, {
  callback: (_error, message) => {
    message.respond(message.data);
  },
});
await connection.flush();
process.send?.({ ready: true });
