import { headers } from "next/headers";
import type { PersonActor } from "../auth/actor";
import { findSessionActor } from "../auth/session";
import { isSetupToken } from "../auth/setup";
import { ADDRESS_HEADER } from "../lib/request-headers";
import { web } from "./web";

/** The signed-in person, for pages rendered on the server; null if nobody is. One query. */
export async function currentActor(): Promise<PersonActor | null> {
  const { db, url } = web();
  const asked = await headers();
  const address = asked.get(ADDRESS_HEADER) ?? "unknown";
  return findSessionActor(db, url, { cookies: asked.get("cookie") ?? "", address });
}

/** True if the token is that of the one-time set-up link. Does not check whether the link was used. */
export function isSetUpLink(token: string): boolean {
  return isSetupToken(web().secret, token);
}
