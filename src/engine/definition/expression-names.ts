import { DELIVERY_ROOTS, ROOTS } from "../expressions/language";
import { FIELDS, FUNCTIONS, STATUS_FUNCTIONS } from "../expressions/names";
import { RUN_NAME_ROOTS } from "./run-name";
import type { ExpressionPlace } from "./shape-parts";
import { GROUP_ROOTS } from "./text-of-run";

/** By the hint that a value's shape has: what its expressions may read. */
const ROOTS_AT: Record<ExpressionPlace, readonly string[]> = {
  step: ROOTS,
  condition: ROOTS,
  head: ROOTS.filter((root) => root !== "steps"),
  run_name: RUN_NAME_ROOTS,
  group: GROUP_ROOTS,
  cache: GROUP_ROOTS,
  delivery: DELIVERY_ROOTS,
};

const copyOf = <T extends Record<string, readonly string[]>>(names: T): Record<string, string[]> =>
  Object.fromEntries(Object.entries(names).map(([key, list]) => [key, [...list]]));

/** What an editor completes expressions by. */
export const expressionNames = () => ({
  roots: copyOf(ROOTS_AT),
  fields: copyOf(FIELDS),
  functions: [...FUNCTIONS],
  condition_functions: [...STATUS_FUNCTIONS],
});
