/** Checks triggers beyond the shape of their fields, and fills in their defaults. */
import { checkExpression, conditionOf, DELIVERY_ROOTS } from "../expressions/expressions";
import { expressionsOf } from "../expressions/template";
import { checkArgs } from "./args";
import { compileArgsSchema } from "./args-schema";
import { namedArgs, noArg, offsetAt, read, unknownArgs } from "./check-expressions";
import { cronFault, EXPECTED_CRON, EXPECTED_TIMEZONE, tidyCron, timezoneFault } from "./cron";
import { describeValue, formatPath, type PathSegment } from "./faults";
import type { TriggersShape } from "./trigger-shape";
import type { CompiledSchedule, CompiledTriggers, CompiledWebhook } from "./trigger-types";
import type { JsonSchema } from "./types";
import type { YamlSource } from "./yaml-document";

type Report = YamlSource["report"];

/** Compiles `on` and reports faults. `args_schema` is the definition's, and may itself be wrong. */
export function compileTriggers(
  triggers: TriggersShape,
  args_schema: JsonSchema | null,
  yaml: YamlSource,
): CompiledTriggers {
  // A wrong schema is reported where it stands, not again for each trigger.
  const schema = args_schema && !compileArgsSchema(args_schema).ok ? undefined : args_schema;
  const schedule = triggers.schedule.map(
    ({ id, cron, timezone, overlap, args, ...given }, index): CompiledSchedule => {
      const path = ["on", "schedule", index];
      reportAt(yaml.report, [...path, "cron"], cronFault(cron), cron, EXPECTED_CRON);
      reportAt(yaml.report, [...path, "timezone"], timezoneFault(timezone), timezone, EXPECTED_TIMEZONE);
      checkScheduleArgs(args, [...path, "args"], schema, yaml);
      if (given.run_name?.includes("${{")) yaml.report([...path, "run_name"], SENT_NOTHING);
      return {
        key: id ?? String(index + 1),
        cron: tidyCron(cron),
        ...{ timezone, overlap, args, ...named(given) },
      };
    },
  );
  const webhook = triggers.webhook.map(({ id, args, ...given }, index): CompiledWebhook => {
    const path = ["on", "webhook", index];
    checkWebhookArgs(args, [...path, "args"], schema, yaml);
    const condition = given.if === undefined ? null : String(given.if).trim();
    if (condition !== null) checkCondition(condition, [...path, "if"], yaml);
    if (given.run_name !== undefined) checkTexts(given.run_name, [...path, "run_name"], yaml);
    return { key: id, args, if: condition, ...named(given) };
  });
  checkKeys(schedule, "schedule", yaml.report);
  checkKeys(webhook, "webhook", yaml.report);
  return { schedule, webhook };
}

const SENT_NOTHING = "a schedule is sent nothing, so ${{ }} has no values here; write the value itself";

const named = ({ run_name }: { run_name?: string | undefined }) =>
  run_name === undefined ? {} : { run_name };

function reportAt(
  report: Report,
  path: PathSegment[],
  fault: string | null,
  value: string,
  expected: string,
): void {
  if (fault !== null) report(path, `${fault}, found ${describeValue(value)}`, { expected });
}

/** Reports a key that two triggers share: people switch a trigger on and off by its key. */
function checkKeys(triggers: { key: string }[], kind: keyof CompiledTriggers, report: Report): void {
  const first = new Map<string, number>();
  triggers.forEach(({ key }, index) => {
    const before = first.get(key);
    if (before === undefined) first.set(key, index);
    else report(["on", kind, index, "id"], `"${key}" is the id of on.${kind}[${before}] already`);
  });
}

function checkScheduleArgs(
  args: Record<string, unknown>,
  path: PathSegment[],
  schema: JsonSchema | null | undefined,
  yaml: YamlSource,
): void {
  let holdsExpression = false;
  visitTexts(args, path, (text, here) => {
    if (!text.includes("${{")) return;
    holdsExpression = true;
    yaml.report(here, SENT_NOTHING);
  });
  if (schema === undefined || holdsExpression) return;
  const checked = checkArgs(schema, args);
  for (const fault of checked.ok ? [] : checked.faults) {
    const name = Object.keys(args).find((candidate) => {
      const start = formatPath(["args", candidate]);
      return fault.path === start || fault.path.startsWith(`${start}.`) || fault.path.startsWith(`${start}[`);
    });
    yaml.report(name === undefined ? path : [...path, name], `${fault.path} ${fault.message}`);
  }
}

/** Checks the names of a webhook's args. Their values are only known once it is called. */
function checkWebhookArgs(
  args: Record<string, unknown>,
  path: PathSegment[],
  schema: JsonSchema | null | undefined,
  yaml: YamlSource,
): void {
  checkTexts(args, path, yaml);
  if (!schema) return;
  const known = namedArgs(schema);
  for (const name of unknownArgs(Object.keys(args), known)) {
    yaml.report(path, noArg(name, known), { key: name });
  }
  const required = Array.isArray(schema.required) ? schema.required : [];
  for (const name of required) {
    const property = (schema.properties as Record<string, unknown> | undefined)?.[name];
    const hasDefault = typeof property === "object" && property !== null && "default" in property;
    if (!hasDefault && !Object.hasOwn(args, name)) {
      yaml.report(path, `${name} is missing, which args_schema requires`);
    }
  }
}

function checkTexts(value: unknown, path: PathSegment[], yaml: YamlSource): void {
  visitTexts(value, path, (text, here) => {
    const expressions = read(() => expressionsOf(text), here, yaml);
    expressions?.forEach((expression, index) => {
      check(expression, here, index, yaml);
    });
  });
}

function checkCondition(condition: string, path: PathSegment[], yaml: YamlSource): void {
  const bare = read(() => conditionOf(condition), path, yaml);
  if (bare !== null) check(bare, path, 0, yaml);
}

function check(expression: string, path: PathSegment[], index: number, yaml: YamlSource): void {
  const at = offsetAt(yaml.expressionOffset(path, index));
  read(() => checkExpression(expression, { roots: DELIVERY_ROOTS }), path, yaml, at);
}

/** Calls `visit` with every text of a value and its place. */
function visitTexts(
  value: unknown,
  path: PathSegment[],
  visit: (text: string, path: PathSegment[]) => void,
): void {
  if (typeof value === "string") visit(value, path);
  else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      visitTexts(item, [...path, index], visit);
    });
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) visitTexts(item, [...path, key], visit);
  }
}
