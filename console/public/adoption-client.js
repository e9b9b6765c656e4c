/** One question to the OriginChats gateway: who is there by which protocol. The connection ends with the answer. */

/** `day`: when it began (UTC), in epoch seconds. @typedef {{ day: number, protocol: string, people: number, spoke: number, alone: number }} Day */

/**
 * What the gateway tells.
 * @typedef {object} Adoption
 * @property {readonly Day[]} days
 * @property {readonly { protocol: string, kind: string, sessions: number }[]} clients
 * @property {readonly { protocol: string, username: string, last_day: number }[]} alone
 */

/** @typedef {{ cmd: string, val?: unknown, src?: string } & Partial<Adoption>} Packet */

const limitMs = 20_000;

/**
 * Signs in, asks, and leaves.
 * @param {string} url
 * @param {{ name: string, password: string, days: number }} asked
 * @returns {Promise<Adoption>}
 * @throws Error what the server refuses, in its words
 */
export async function connectForAdoption(url, { name, password, days }) {
  const socket = new WebSocket(url);
  /** @param {object} packet */
  const send = (packet) => socket.send(JSON.stringify(packet));
  try {
    return await new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ why) => reject(new Error(why));
      setTimeout(() => fail("The server does not answer."), limitMs);
      socket.addEventListener("close", () => fail("The server has closed the connection."));
      socket.addEventListener("message", ({ data }) => {
        /** @type {Packet} */
        const packet = JSON.parse(data);
        if (packet.cmd === "handshake") send({ cmd: "login", username: name, password });
        if (packet.cmd === "ready") send({ cmd: "adoption_get", days });
        if (packet.cmd === "auth_error") fail(String(packet.val));
        if (packet.cmd === "error" && packet.src === "adoption_get") fail(String(packet.val));
        if (packet.cmd === "adoption_get") {
          const { days: told = [], clients = [], alone = [] } = packet;
          resolve({ days: told, clients, alone });
        }
      });
    });
  } finally {
    socket.close();
  }
}
