import { headers } from "next/headers";
import { cache } from "react";
import { createContext } from "../trpc/context";
import { createCallerFactory } from "../trpc/procedures";
import { appRouter } from "./router";

const createCaller = createCallerFactory(appRouter);

/** Calls procedures as the person whose page is rendered on the server; one session look-up a page. */
export const pageCaller = cache(async () => createCaller(await createContext({ headers: await headers() })));
