import { headers } from "next/headers";
import type { PersonActor } from "../auth/actor";
import { findSessionActor } from "../auth/session";
import { isSetupToken } from "../auth/setup";
import { web } from "./web";

/** Who is signed in, for a page on the server; null: nobody. One query. */
export async function currentActor(): Promise<PersonActor | null> {
  const { db, secret, url } = web();
  return findSessionActor(db, { secret, url }, (await headers()).get("cookie") ?? "");
}

/** Whether the token is that of the one-time set-up link; whether it is used up is another question. */
export function isSetUpLink(token: string): boolean {
  return isSetupToken(web().secret, token);
}
