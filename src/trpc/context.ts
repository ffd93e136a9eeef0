import type { PersonActor } from "../auth/actor";
import { isOwnOrigin } from "../auth/origin";
import { findSessionActor } from "../auth/session";
import { findTokenActor } from "../auth/tokens";
import type { Db } from "../db/client";
import { web } from "./web";

export interface Context {
  db: Db;
  /** Null where no credentials came, or none that hold. */
  actor: PersonActor | null;
  /** Whether a write may go through: a token's always, a session's when it comes from our own page. */
  may_write: boolean;
  /** Signs the one-time set-up link; remembered results are encrypted under it. */
  secret: string;
  /** The `Idempotency-Key` header. */
  idempotency_key: string | null;
}

/** Reads who asks from the Authorization header, else from the session cookie. One query, none without either. */
export async function createContext(request: { headers: Headers }): Promise<Context> {
  const { db, secret, url } = web();
  const { headers } = request;
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  const actor = bearer
    ? await findTokenActor(db, bearer)
    : await findSessionActor(db, secret, headers.get("cookie") ?? "");
  return {
    db,
    actor,
    secret,
    may_write: Boolean(bearer) || isOwnOrigin(headers, url),
    idempotency_key: headers.get("idempotency-key"),
  };
}
