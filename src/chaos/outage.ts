import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmbeddedPostgres } from "../db/embedded";

/** Kills the server and occupies its port for `ms`, so that it cannot start again. Returns when it may come back. */
export async function keepAway(server: EmbeddedPostgres, ms: number): Promise<void> {
  const port = Number(new URL(server.url).port);
  process.kill(server.pid, "SIGKILL");
  // Connections to the port are closed at once.
  const holder = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => {
    const take = () => holder.listen(port, "127.0.0.1", resolve);
    holder.on("error", () => setTimeout(take, 1));
    take();
  });
  await sleep(ms);
  await new Promise<void>((resolve) => holder.close(() => resolve()));
}
