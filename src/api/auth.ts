import NextAuth from "next-auth";
import { authOptions } from "../auth/session";
import { web } from "../trpc/web";

type RouteContext = { params: Promise<{ nextauth: string[] }> };

/** NextAuth's own routes: sign-in, sign-out, session. */
export async function handleAuth(request: Request, context: RouteContext): Promise<Response> {
  const { db, secret } = web();
  return NextAuth(request as never, context as never, authOptions(db, secret));
}
