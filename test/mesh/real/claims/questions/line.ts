import { Answer, Question } from "../claim";
import { World } from "../world";

/** Where to connect. */
interface Goal {
  readonly host: string;
  readonly port: number;
}

/** A connection to a server that speaks first: `line` is what it says, or `closed` where the connection ends without a word. */
export function line(text: string, from: string, to: (world: World) => Goal): Question {
  return {
    text,
    ask: async (world): Promise<Answer> => {
      const { host, port } = to(world);
      const socket = await world.place(from).connect(host, port);
      return new Promise((resolve) => {
        const end = (said: string): void => {
          resolve({ line: said });
          socket.destroy();
        };
        socket.setTimeout(5000, () => end("nothing"));
        socket.once("data", (data) => end(data.toString().trim()));
        for (const ending of ["error", "end", "close"]) socket.once(ending, () => end("closed"));
      });
    },
  };
}
