import type { TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { AppRouter } from "../api/router";
import { keepLost, newKey } from "./lost-answers";

/**
 * Gives each mutation an idempotency key. Where its answer was lost, the same mutation gets the same key again, so that a
 * second press of a button makes nothing twice; nor does a browser that sends a request again by itself.
 */
export const sameAgain: TRPCLink<AppRouter> = () => {
  const lost = keepLost();
  return ({ op, next }) => {
    if (op.type !== "mutation" || typeof op.context.idempotency_key === "string") return next(op);
    const sent = JSON.stringify([op.path, op.input]);
    const key = lost.keyOf(sent) ?? newKey();
    return observable((observer) => {
      const subscription = next({ ...op, context: { ...op.context, idempotency_key: key } }).subscribe({
        next(value) {
          lost.answered(sent);
          observer.next(value);
        },
        error(error) {
          // An error of the API has data; without, nobody knows whether the server did it.
          if (error.data) lost.answered(sent);
          else lost.lost(sent, key);
          observer.error(error);
        },
        complete: () => observer.complete(),
      });
      return () => subscription.unsubscribe();
    });
  };
};
