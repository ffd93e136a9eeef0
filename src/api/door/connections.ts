import { readFileSync } from "node:fs";
import type { Socket } from "node:net";

/** Connections that one address may hold; it takes each tab of a browser one to six. */
const PER_ADDRESS = 1_024;
const IN_ALL = 8_192;
/** Of the files that this process may open, the rest is for the database, logs and artifacts. */
const SHARE_OF_FILES = 0.6;

/** What a connection is told for which there is no room; nobody knows yet what it speaks. */
const NO_ROOM =
  "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

export interface ConnectionLimits {
  perAddress: number;
  inAll: number;
}

export function connectionLimits(): ConnectionLimits {
  return { perAddress: PER_ADDRESS, inAll: Math.min(IN_ALL, Math.floor(openFiles() * SHARE_OF_FILES)) };
}

/** How many files this process may have open; many where the system does not say. */
function openFiles(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * The open connections. Where an address, or all of them, hold too many, the oldest one on which nothing is asked
 * makes room: a head that never ends and a kept-alive connection cost nobody their answer. Only where all are
 * at work is the new one turned away.
 */
export class Connections {
  private readonly all = new Set<Socket>();
  private readonly byAddress = new Map<string, Set<Socket>>();
  /** Requests under way on a connection. */
  private readonly asked = new Map<Socket, number>();

  constructor(
    private readonly limits: ConnectionLimits,
    /** A proxy's connections are many people's, so they count among all alone. */
    private readonly isProxy: (address: string) => boolean,
  ) {}

  /** Takes a new connection in, or ends it. */
  add(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    const same = this.isProxy(address) ? new Set<Socket>() : (this.byAddress.get(address) ?? new Set());
    const hasRoom = this.makeRoom(same, this.limits.perAddress) && this.makeRoom(this.all, this.limits.inAll);
    if (!hasRoom) {
      socket.on("error", () => {});
      socket.end(NO_ROOM);
      socket.destroySoon();
      return;
    }
    this.all.add(socket);
    same.add(socket);
    if (!this.isProxy(address)) this.byAddress.set(address, same);
    socket.once("close", () => {
      this.all.delete(socket);
      same.delete(socket);
      this.asked.delete(socket);
      if (same.size === 0 && this.byAddress.get(address) === same) this.byAddress.delete(address);
    });
  }

  /** A request begins on the connection; call the result once it has ended. */
  ask(socket: Socket): () => void {
    this.asked.set(socket, (this.asked.get(socket) ?? 0) + 1);
    return () => {
      const left = (this.asked.get(socket) ?? 1) - 1;
      if (left > 0) this.asked.set(socket, left);
      else this.asked.delete(socket);
    };
  }

  private makeRoom(sockets: Set<Socket>, limit: number): boolean {
    if (sockets.size < limit) return true;
    for (const socket of sockets) {
      if (this.asked.has(socket)) continue;
      socket.destroy();
      // `close` comes with the next turn, and more connections before it.
      sockets.delete(socket);
      this.all.delete(socket);
      return true;
    }
    return false;
  }
}
