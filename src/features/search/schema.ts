import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { RunStatus } from "../runs/schema";

/** The most that is found of a kind. */
export const MAX_FOUND = 8;

export const SearchInput = inputOf({
  q: z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(200)
    .describe("A run's number (`#12` or `12`), or the beginnings of words of what is looked for."),
  project_id: Id.describe("What is in this project comes first, and numbers are of its runs.").optional(),
});
export type SearchInput = z.output<typeof SearchInput>;

const OfProject = { project_id: z.string(), project_name: z.string(), project_slug: z.string() };

export const FoundRun = z
  .object({
    id: z.string(),
    number: z.number().int(),
    name: z.string(),
    status: RunStatus,
    definition_name: z.string(),
    created_at: z.string(),
    ...OfProject,
  })
  .meta({ id: "FoundRun" });

export const Found = z
  .object({
    runs: z
      .array(FoundRun)
      .describe("By number, name, args, errors and comments; the project's own first, then the newest."),
    definitions: z.array(z.object({ id: z.string(), name: z.string(), slug: z.string(), ...OfProject })),
    projects: z.array(z.object({ id: z.string(), name: z.string(), slug: z.string() })),
    people: z
      .array(z.object({ user_id: z.string(), name: z.string(), project_slug: z.string() }))
      .describe("Who has a role in a project of the caller's, with one of these."),
  })
  .meta({ id: "Found" });
export type Found = z.infer<typeof Found>;
