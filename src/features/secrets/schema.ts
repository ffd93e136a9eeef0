import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput } from "../../lib/page";

/** Shorter values occur in logs by chance, so masking them would hide other text. */
const MIN_LENGTH = 4;
const MAX_LENGTH = 16 * 1024;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Name of the environment variable that a step gets. */
const SecretName = z
  .string()
  .max(100)
  .regex(NAME, "must be letters, digits and _, not beginning with a digit")
  .refine((name) => !name.startsWith("PHASEBOARD_"), "must not begin with PHASEBOARD_, which is ours");

const SecretValue = z
  .string()
  .max(MAX_LENGTH)
  .refine((value) => !/\0|\p{Surrogate}/u.test(value), "must be text without U+0000")
  .refine(
    (value) => value.split(/[\r\n]/).some((line) => line.trim().length >= MIN_LENGTH),
    `must have at least ${MIN_LENGTH} characters in a line, so that it can be masked in logs`,
  );

/** A secret of a project without its value, which is never revealed. */
export const Secret = z
  .object({ project_id: z.string(), name: z.string(), created_at: z.string(), updated_at: z.string() })
  .meta({ id: "Secret" });
export type Secret = z.infer<typeof Secret>;

/** The result of setting a secret. */
export const SetSecret = Secret.extend({
  warning: z
    .string()
    .nullable()
    .describe(
      "Why the value makes a poor secret (a number, a common word, short); null: nothing is known against it.",
    ),
}).meta({ id: "SetSecret" });
export type SetSecret = z.infer<typeof SetSecret>;

export const ListSecretsInput = PageInput.extend({ project_id: Id });
export type ListSecretsInput = z.output<typeof ListSecretsInput>;
export const SetSecretInput = inputOf({ project_id: Id, name: SecretName, value: SecretValue });
export type SetSecretInput = z.infer<typeof SetSecretInput>;
export const DeleteSecretInput = inputOf({ project_id: Id, name: z.string().min(1).max(100) });
export type DeleteSecretInput = z.infer<typeof DeleteSecretInput>;
