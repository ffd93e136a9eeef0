import type { RequestLock } from "./tab-leader";

/*
 * A lock between tabs for pages without Web Locks (plain http on a host name). The holder answers each
 * question, since messages reach background tabs whose timers sleep. A tab that gets no answer takes the
 * lock; of two holders, the one with the higher term keeps it.
 */
type Message =
  | { kind: "ask"; from: string }
  | { kind: "held"; from: string; term: number }
  | { kind: "free"; from: string };

interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: "message", on: (event: { data: Message }) => void): void;
  close(): void;
}

/** How long to wait for the holder's answer, and how often a waiting tab asks again. */
const ANSWER_MS = 500;
const ASK_MS = 3_000;

class Stolen extends Error {
  override readonly name = "AbortError";
}

/** `requestLock` over a BroadcastChannel. `close` gives the lock up, or stops waiting for it. */
export function channelLock(
  channel: Channel,
  { answerMs = ANSWER_MS, askMs = ASK_MS } = {},
): { request: RequestLock; close: () => void } {
  const own = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
  /** The highest term heard of; each taking of the lock raises it. */
  let term = 0;
  let held: { lost: (reason: Error) => void } | null = null;
  const heard = new Set<(message: Message) => void>();
  const post = (message: Message) => channel.postMessage(message);

  channel.addEventListener("message", ({ data }) => {
    if (data.kind === "ask" && held) post({ kind: "held", from: own, term });
    if (data.kind === "held") {
      const isLater = data.term > term || (data.term === term && data.from > own);
      if (held && isLater) held.lost(new Stolen("Another tab took the lock."));
      // Tell a tab that took the lock earlier or at the same time that this tab holds it.
      else if (held) post({ kind: "held", from: own, term });
      term = Math.max(term, data.term);
    }
    for (const each of heard) each(data);
  });

  const hold = async (lead: () => Promise<void>) => {
    held?.lost(new Stolen("This tab took the lock anew."));
    term += 1;
    try {
      await new Promise<void>((resolve, reject) => {
        held = { lost: reject };
        post({ kind: "held", from: own, term });
        lead().then(resolve, reject);
      }).finally(() => {
        held = null;
      });
    } catch (error) {
      // Another tab holds the lock now, so do not announce that it is free.
      if (error instanceof Stolen) throw error;
      post({ kind: "free", from: own });
      throw error;
    }
    post({ kind: "free", from: own });
  };

  /** Resolves when no tab answers that it holds the lock. Rejects with the signal's reason. */
  const untilFree = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout>;
      const end = () => {
        clearTimeout(timer);
        heard.delete(hear);
        signal?.removeEventListener("abort", abort);
      };
      const abort = () => {
        end();
        reject(signal?.reason);
      };
      const ask = () => {
        post({ kind: "ask", from: own });
        timer = setTimeout(() => {
          end();
          resolve();
        }, answerMs);
      };
      const hear = (message: Message) => {
        // When several tabs ask at once, the one with the greatest id goes first and ignores the others.
        if (message.kind === "ask" && message.from < own) return;
        clearTimeout(timer);
        if (message.kind === "free") return ask();
        timer = setTimeout(ask, message.kind === "held" ? askMs : answerMs * 2);
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort, { once: true });
      heard.add(hear);
      ask();
    });

  return {
    request: async (lead, { signal, steal = false }) => {
      if (!steal) await untilFree(signal);
      await hold(lead);
    },
    close: () => {
      held?.lost(new Stolen("This tab is closed."));
      post({ kind: "free", from: own });
      channel.close();
    },
  };
}
