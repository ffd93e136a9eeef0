import type { PersonActor } from "../auth/actor";
import { refusalOfOrigin } from "../auth/origin";
import { findSessionActor } from "../auth/session";
import { findTokenActor } from "../auth/tokens";
import type { Db } from "../db/client";
import { ADDRESS_HEADER } from "../lib/request-headers";
import { web } from "./web";

export interface Context {
  db: Db;
  /** Null without valid credentials. */
  actor: PersonActor | null;
  /** Why a write must be refused; null for a token, and for a session used from our own page. */
  write_refusal: string | null;
  /** Signs the set-up link and encrypts remembered results. */
  secret: string;
  /** The client's address, as the web server determined it. */
  address: string;
  /** Value of the `Idempotency-Key` header. */
  idempotency_key: string | null;
}

/**
 * Finds the person by the Authorization header, else by the session cookie. One query, none without either.
 */
export async function createContext(request: { headers: Headers }): Promise<Context> {
  const { db, secret, url } = web();
  const { headers } = request;
  const address = headers.get(ADDRESS_HEADER) ?? "unknown";
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  const actor = bearer
    ? await findTokenActor(db, bearer)
    : await findSessionActor(db, url, { cookies: headers.get("cookie") ?? "", address });
  return {
    db,
    actor,
    secret,
    write_refusal: bearer ? null : refusalOfOrigin(headers, url),
    address,
    idempotency_key: headers.get("idempotency-key"),
  };
}
