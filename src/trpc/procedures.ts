import { initTRPC } from "@trpc/server";
import type { OpenApiMeta } from "trpc-to-openapi";
import { AppError } from "../lib/errors";
import type { Context } from "./context";
import { detailsOf, toPublicError } from "./errors";

/** `created`: REST answers 201. */
export type Meta = OpenApiMeta<{ created?: true }>;

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
export const publicProcedure = t.procedure.use(async ({ path, next }) => {
  const result = await next();
  if (!result.ok) throw toPublicError(result.error, path);
  return result;
});

/** For the signed-in. Hands the caller on, with the actor there for sure. */
export const procedure = publicProcedure.use(({ ctx, type, next }) => {
  if (!ctx.actor) {
    throw new AppError("UNAUTHORIZED", "Sign in, or send a valid token as `Authorization: Bearer pb_…`.");
  }
  if (type === "mutation" && !ctx.may_write) {
    throw new AppError(
      "FORBIDDEN",
      "A change by session cookie must come from Phaseboard's own pages. Use a token instead.",
    );
  }
  return next({ ctx: { ...ctx, actor: ctx.actor } });
});
