import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmbeddedPostgres } from "../db/embedded";

/**
 * Kills the server and keeps it away for so long: its port is taken meanwhile, so that it cannot be started
 * again. Returns once it may come back; whoever waits for it asks it.
 */
export async function keepAway(server: EmbeddedPostgres, ms: number): Promise<void> {
  const port = Number(new URL(server.url).port);
  process.kill(server.pid, "SIGKILL");
  // What comes to the port is turned away.
  const holder = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => {
    const take = () => holder.listen(port, "127.0.0.1", resolve);
    holder.on("error", () => setTimeout(take, 1));
    take();
  });
  await sleep(ms);
  await new Promise<void>((resolve) => holder.close(() => resolve()));
}
