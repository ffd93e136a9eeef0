import { headers } from "next/headers";
import { redirect } from "next/navigation";
import type { PersonActor } from "../../auth/actor";
import { PATH_HEADER } from "../../lib/request-headers";
import { currentActor } from "../../trpc/server";

/** The signed-in person; everybody else goes to sign in, and comes back here after. */
export async function requireActor(): Promise<PersonActor> {
  const actor = await currentActor();
  if (actor) return actor;
  const asked = new URL((await headers()).get(PATH_HEADER) ?? "/", "http://localhost");
  // Next's own marker of a navigation inside the app; it is no part of the address.
  asked.searchParams.delete("_rsc");
  const path = `${asked.pathname}${asked.search}`;
  redirect(path === "/" ? "/signin" : `/signin?callbackUrl=${encodeURIComponent(path)}`);
}
