import { z } from "zod";
import { inputOf } from "../../lib/input";
import { Retention } from "../projects/schema";

/** At most 1 PB, which is more than any disk has. */
const Bytes = z
  .int()
  .min(1)
  .max(2 ** 50);
const Days = z.int().min(1).max(3650);

/** What administrators set for everybody. */
export const InstallationSettings = z
  .object({
    session_idle_days: Days.describe("A session ends after this many days without use."),
    session_days: Days.describe("A session ends this many days after its sign-in, however much it is used."),
    token_days: Days.nullable().describe("The longest life of a new token in days; null: it need not end."),
    retention: Retention.describe("For projects that do not say otherwise. What is left out is kept."),
    project_quota_bytes: Bytes.nullable().describe(
      "Bytes that a project without a quota of its own may take; null: as much as there is.",
    ),
  })
  .meta({ id: "InstallationSettings" });
export type InstallationSettings = z.infer<typeof InstallationSettings>;

export const UpdateInstallationInput = inputOf({
  session_idle_days: Days.optional(),
  session_days: Days.optional(),
  token_days: Days.nullish(),
  retention: Retention.describe("All of it: what is left out is kept.").optional(),
  project_quota_bytes: Bytes.nullish(),
});
export type UpdateInstallationInput = z.infer<typeof UpdateInstallationInput>;
