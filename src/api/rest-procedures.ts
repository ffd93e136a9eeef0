import type { AnyProcedure } from "@trpc/server";
import type { Meta } from "../trpc/procedures";
import { appRouter } from "./router";

interface RestProcedure {
  /** As in `runs.create`. */
  name: string;
  procedure: AnyProcedure;
  meta: Meta;
  openapi: NonNullable<Meta["openapi"]>;
}

/** Every procedure that says where REST serves it. */
export function restProcedures(): RestProcedure[] {
  return Object.entries(appRouter._def.procedures as unknown as Record<string, AnyProcedure>).flatMap(
    ([name, procedure]) => {
      const meta = (procedure._def as { meta?: Meta }).meta;
      return meta?.openapi ? [{ name, procedure, meta, openapi: meta.openapi }] : [];
    },
  );
}
