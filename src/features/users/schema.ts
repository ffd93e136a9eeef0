import { z } from "zod";
import { inputOf } from "../../lib/input";

export const Email = z.email("must be an e-mail address").max(254);
export const PersonName = z.string().trim().min(1, "must not be empty").max(100);
export const Password = z.string().min(10, "must have at least 10 characters").max(200);

/** The signed-in person's own account. */
export const Me = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    is_admin: z.boolean(),
    created_at: z.string(),
  })
  .meta({ id: "Account" });
export type Me = z.infer<typeof Me>;

export const UpdateMeInput = inputOf({ name: PersonName });
export const ChangePasswordInput = inputOf({
  current_password: z.string().max(200),
  new_password: Password,
});

/** `token` comes from the one-time set-up link. */
export const SetUpInput = inputOf({
  token: z.string().max(200),
  name: PersonName,
  email: Email,
  password: Password,
});
export type SetUpInput = z.infer<typeof SetUpInput>;
