import type { AnyProcedure } from "@trpc/server";
import { z } from "zod";
import type { Meta } from "../../trpc/procedures";
import { appRouter } from "../router";

interface RestProcedure {
  /** As in `runs.create`. */
  name: string;
  procedure: AnyProcedure;
  meta: Meta;
  openapi: NonNullable<Meta["openapi"]>;
  /** The names of what it takes. */
  fields: string[];
}

/** Every procedure that says where REST serves it. */
export function restProcedures(): RestProcedure[] {
  return Object.entries(appRouter._def.procedures as unknown as Record<string, AnyProcedure>).flatMap(
    ([name, procedure]) => {
      const meta = (procedure._def as { meta?: Meta }).meta;
      if (!meta?.openapi) return [];
      return [{ name, procedure, meta, openapi: meta.openapi, fields: fieldsOf(procedure) }];
    },
  );
}

/** The names of what a procedure takes. */
function fieldsOf({ _def }: AnyProcedure): string[] {
  const [input] = (_def as unknown as { inputs: z.ZodType[] }).inputs;
  const object = input instanceof z.ZodOptional ? input.unwrap() : input;
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}
