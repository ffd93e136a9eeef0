import { expect, it } from "vitest";
import { z } from "zod";
import { EVENT_DATA } from "../events/catalog";
import { toIso } from "./schema/columns";

it.each([
  ["2026-11-21 09:40:19.12+00", "2026-11-21T09:40:19.120Z"],
  ["2026-11-21 09:40:19+00", "2026-11-21T09:40:19.000Z"],
  ["2026-11-21T09:40:19.5+00:00", "2026-11-21T09:40:19.500Z"],
  ["2026-11-21T09:40:19.123456+00:00", "2026-11-21T09:40:19.123Z"],
  ["2026-11-21T09:40:19.100Z", "2026-11-21T09:40:19.100Z"],
])("a time has three digits behind the second: %s", (told, iso) => {
  expect(toIso(told)).toBe(iso);
});

it("is in no event, so that the stream of them holds none of another length", () => {
  const isTime = /(^|_)(at|since|until)$/;
  const fieldsOf = (schema: z.ZodType) =>
    [...JSON.stringify(z.toJSONSchema(schema)).matchAll(/"(\w+)":\{/g)].map(([, name]) => name ?? "");
  const times = Object.entries(EVENT_DATA).map(([type, schema]) => [
    type,
    fieldsOf(schema).filter((name) => isTime.test(name)),
  ]);
  expect(times.filter(([, fields]) => fields?.length)).toEqual([]);
});
