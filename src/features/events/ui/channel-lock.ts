import type { RequestLock } from "./tab-leader";

/*
 * A lock among the tabs of one browser for pages that have no Web Locks: those of plain http by a host's name. Terms:
 * a holder answers each question at once, since messages reach a tab in the background whose timers sleep; a tab
 * that hears no answer takes the lock. Where two hold it, the later taking counts.
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

/** How long an answer may take, and how often who waits asks again. */
const ANSWER_MS = 500;
const ASK_MS = 3_000;

class Stolen extends Error {
  override readonly name = "AbortError";
}

/** `requestLock` over a channel of its own; `close` gives up what is held or waited for. */
export function channelLock(
  channel: Channel,
  { answerMs = ANSWER_MS, askMs = ASK_MS } = {},
): { request: RequestLock; close: () => void } {
  const own = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
  /** The newest taking that was heard of. */
  let term = 0;
  let held: { lost: (reason: Error) => void } | null = null;
  const heard = new Set<(message: Message) => void>();
  const post = (message: Message) => channel.postMessage(message);

  channel.addEventListener("message", ({ data }) => {
    if (data.kind === "ask" && held) post({ kind: "held", from: own, term });
    if (data.kind === "held") {
      const isLater = data.term > term || (data.term === term && data.from > own);
      if (held && isLater) held.lost(new Stolen("Another tab took the lock."));
      // Tells who took it before, or at once, that it is taken.
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
      // It is another's by now, so nobody need be told that it is free.
      if (error instanceof Stolen) throw error;
      post({ kind: "free", from: own });
      throw error;
    }
    post({ kind: "free", from: own });
  };

  /** Resolves once nobody answers that they hold it. Rejects with the signal. */
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
        // Of tabs that ask at once the one with the greatest name goes on, so that they do not wait for one another.
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
