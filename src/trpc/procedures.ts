import { initTRPC } from "@trpc/server";
import type { OpenApiMeta, OpenApiMethod } from "trpc-to-openapi";
import { readOnce } from "../auth/once";
import { requireChanges } from "../auth/token-scopes";
import { countWrite } from "../auth/write-limit";
import type { ReadDb } from "../db/client";
import type { AuditAction } from "../events/audit";
import { AppError, HTTP_STATUS } from "../lib/errors";
import { checkInput } from "./check-input";
import type { Context } from "./context";
import { detailsOf, isUnexpected, toPublicError } from "./errors";
import { recordRefusal } from "./record-refusal";

/**
 * `created`: the procedure creates something, so REST answers 201 and accepts an `Idempotency-Key`. `guards`:
 * it protects an account, so it is not accepted in a batch. `ofToken`: it says itself what a token may.
 */
export type Meta = OpenApiMeta<{ created?: true; guards?: true; ofToken?: true }>;

/** Gives the `meta` of procedures that REST serves too; `tag` is their heading in its document. */
export const restOf =
  (tag: string) =>
  (
    method: OpenApiMethod,
    path: `/${string}`,
    summary: string,
    { created, ofToken, ...more }: { created?: true; ofToken?: true; description?: string } = {},
  ): Meta => ({ openapi: { method, path, tags: [tag], summary, ...more }, created, ofToken });

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    sse: {
      // So a browser knows within five seconds that the server stands still, whose connections look alive.
      ping: { enabled: true, intervalMs: 2_000 },
      client: { reconnectAfterInactivityMs: 4_000 },
    },
    errorFormatter: ({ shape, error }) => ({
      ...shape,
      // Errors outside of a procedure, for example when the database fails before the caller is known.
      message: isUnexpected(error) ? toPublicError(error, shape.data.path ?? "trpc").message : shape.message,
      // Leave out the stack, which would reveal internals, in development too.
      data: {
        code: shape.data.code,
        httpStatus: error.cause instanceof AppError ? HTTP_STATUS[error.cause.code] : shape.data.httpStatus,
        path: shape.data.path,
        details: detailsOf(error),
      },
    }),
  });

export const { router, mergeRouters } = t;
export const createCallerFactory = t.createCallerFactory;

/** A procedure for callers without an account. */
export const publicProcedure = t.procedure
  .use(async ({ ctx, type, path, getRawInput, next }) => {
    const result = await next();
    if (result.ok) return result;
    if (type === "mutation") {
      await recordRefusal(ctx, path as AuditAction, result.error.cause, await getRawInput());
    }
    throw toPublicError(result.error, path);
  })
  .use(async ({ getRawInput, next }) => {
    checkInput(await getRawInput());
    return next();
  });

/** A procedure for signed-in callers; passes on a context whose actor is set. */
export const procedure = publicProcedure.use(async ({ ctx, type, path, meta, getRawInput, next }) => {
  if (!ctx.actor) {
    throw new AppError("UNAUTHORIZED", "Sign in, or send a valid token as `Authorization: Bearer pb_…`.");
  }
  if (type === "mutation" && ctx.write_refusal !== null) throw new AppError("FORBIDDEN", ctx.write_refusal);
  if (type === "mutation") await countWrite(ctx.actor.user_id);
  // The gate asks for more where it is needed; this also covers what belongs to no project.
  if (type === "mutation" && !meta?.ofToken) requireChanges(ctx.actor);
  const { idempotency_key } = ctx;
  const once =
    meta?.created && idempotency_key !== null
      ? readOnce(idempotency_key, ctx.secret, [path, await getRawInput()])
      : undefined;
  // Behind the gate only `transact` writes.
  const db: ReadDb = ctx.db;
  return next({ ctx: { ...ctx, db, actor: ctx.actor, once } });
});
