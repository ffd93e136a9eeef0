import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to Postgres that can be cut without either side being told, as a network that is lost does it. */
export interface DatabaseProxy {
  /** The database's address by this way. */
  url: string;
  /** Nothing is forwarded from now on, and nothing is closed; whoever connects hears nothing. */
  cut(): void;
  /** Forwards again. With `late` also what was held back meanwhile; else the connections of before stay silent. */
  heal(options: { late: boolean }): void;
  /** Every connection is broken and new ones are refused, as where there is no server, until `accept`. */
  refuse(): void;
  accept(): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  near: Socket;
  far: Socket | null;
  /** Of before a cut that was healed without them. */
  isDead: boolean;
}

export async function startProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<Pair>();
  let isCut = false;

  const join = (pair: Pair) => {
    const { near } = pair;
    const far = connect(Number(target.port), target.hostname);
    pair.far = far;
    far.setNoDelay(true);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on("drain", () => {
        if (!isCut && !pair.isDead) from.resume();
      });
    }
    far.on("error", () => {});
    far.once("close", () => {
      if (!isCut && !pair.isDead) near.destroy();
    });
  };
  const server = createServer((near) => {
    const pair: Pair = { near, far: null, isDead: false };
    pairs.add(pair);
    near.setNoDelay(true);
    near.on("error", () => {});
    near.once("close", () => {
      // While it is cut the server is not told that somebody has gone.
      if (isCut) return;
      pair.far?.destroy();
      pairs.delete(pair);
    });
    if (isCut) near.pause();
    else join(pair);
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address ? address.port : port;
  };
  const port = await listen(0);
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  const endAll = () => {
    for (const { near, far } of pairs) {
      near.destroy();
      far?.destroy();
    }
    pairs.clear();
    if (server.listening) server.close();
  };

  return {
    url: url.href,
    cut() {
      isCut = true;
      for (const { near, far } of pairs) {
        near.pause();
        far?.pause();
      }
    },
    heal({ late }) {
      isCut = false;
      for (const pair of pairs) {
        const { near, far } = pair;
        if (near.destroyed || far?.destroyed) {
          // What was still to be sent reaches the server all the same, where it comes late.
          if (late && far && !far.destroyed) far.end();
          else far?.destroy();
          near.destroy();
          pairs.delete(pair);
        } else if (!late && far) {
          pair.isDead = true;
          far.destroy();
        } else {
          if (!far) join(pair);
          near.resume();
          pair.far?.resume();
        }
      }
    },
    refuse: endAll,
    async accept() {
      await listen(port);
    },
    async close() {
      endAll();
    },
  };
}
