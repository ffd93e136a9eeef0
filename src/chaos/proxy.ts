import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A proxy to Postgres that can be cut without either side being told, like a lost network. */
export interface DatabaseProxy {
  /** The database's address through the proxy. */
  url: string;
  /** Stops to forward and keeps all connections open. New connections get no answer. */
  cut(): void;
  /** Forwards again. `late`: data that was held back is sent too; otherwise old connections stay silent. */
  heal(options: { late: boolean }): void;
  /** Breaks all connections and refuses new ones, as if there were no server, until `accept`. */
  refuse(): void;
  accept(): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  near: Socket;
  far: Socket | null;
  /** The connection is older than a cut that was healed without `late`. */
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
      // During a cut the server is not told of a closed connection.
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
          // Data that was still to be sent reaches the server after a cut with `late`.
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
