import { initTRPC } from "@trpc/server";
import type { OpenApiMeta } from "trpc-to-openapi";
import { readOnce } from "../auth/once";
import { countWrite } from "../auth/write-limit";
import { AppError } from "../lib/errors";
import { checkInput } from "./check-input";
import type { Context } from "./context";
import { detailsOf, isUnexpected, toPublicError } from "./errors";

/**
 * `created`: it makes something, so REST answers 201 and an `Idempotency-Key` makes it happen once. `guards`: it
 * guards an account, so no request asks for it beside anything else.
 */
export type Meta = OpenApiMeta<{ created?: true; guards?: true }>;

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    sse: {
      ping: { enabled: true, intervalMs: 10_000 },
      client: { reconnectAfterInactivityMs: 25_000 },
    },
    errorFormatter: ({ shape, error }) => ({
      ...shape,
      // What broke outside of a procedure, such as the database before it was known who asks.
      message: isUnexpected(error) ? toPublicError(error, shape.data.path ?? "trpc").message : shape.message,
      // No stack: it tells of our inside, also outside production.
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        path: shape.data.path,
        details: detailsOf(error),
      },
    }),
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** For who has no account yet. */
export const publicProcedure = t.procedure
  .use(async ({ path, next }) => {
    const result = await next();
    if (!result.ok) throw toPublicError(result.error, path);
    return result;
  })
  .use(async ({ getRawInput, next }) => {
    checkInput(await getRawInput());
    return next();
  });

/** For the signed-in. Hands the caller on, with the actor there for sure. */
export const procedure = publicProcedure.use(async ({ ctx, type, path, meta, getRawInput, next }) => {
  if (!ctx.actor) {
    throw new AppError("UNAUTHORIZED", "Sign in, or send a valid token as `Authorization: Bearer pb_…`.");
  }
  if (type === "mutation" && ctx.write_refusal !== null) throw new AppError("FORBIDDEN", ctx.write_refusal);
  if (type === "mutation") await countWrite(ctx.actor.user_id);
  const { idempotency_key } = ctx;
  const once =
    meta?.created && idempotency_key !== null
      ? readOnce(idempotency_key, ctx.secret, [path, await getRawInput()])
      : undefined;
  return next({ ctx: { ...ctx, actor: ctx.actor, once } });
});
