import { Answer, Question } from "../claim";

/** A PING by Redis' protocol: `answer` is what Redis says, or `closed` where the connection ends without a word. */
export function redisPing(from: string, host: string): Question {
  return {
    text: `${from} → ${host}:6379: PING`,
    ask: async (world): Promise<Answer> => {
      const socket = await world.place(from).connect(host, 6379);
      return new Promise((resolve) => {
        const end = (answer: string): void => {
          resolve({ answer });
          socket.destroy();
        };
        socket.setTimeout(5000, () => end("no answer"));
        socket.once("data", (data) => end(data.toString().trim()));
        socket.once("error", () => end("closed"));
        // The other side may end its half alone.
        socket.once("end", () => end("closed"));
        socket.once("close", () => end("closed"));
        socket.write("PING\r\n");
      });
    },
  };
}
