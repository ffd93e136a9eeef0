import { z } from "zod";
import { Id } from "../../lib/ids";
import { inputOf } from "../../lib/input";
import { PageInput, pageOf } from "../../lib/page";

export const Email = z.email("must be an e-mail address").max(254);
/** Addresses under `.invalid` are ours: of machine accounts, of people of an import, and of who was made nameless. */
export const NewEmail = Email.refine(
  (address) => !/\.invalid$/i.test(address),
  "must be an address that mail can reach",
);
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
  tokens: z.enum(["keep", "revoke"]).describe("What becomes of the person's own tokens."),
});
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;
export const ChangedPassword = z.object({ ended_sessions: z.int(), revoked_tokens: z.int() });
export type ChangedPassword = z.infer<typeof ChangedPassword>;

/** `token` comes from the one-time set-up link. */
export const SetUpInput = inputOf({
  token: z.string().max(200),
  name: PersonName,
  email: NewEmail,
  password: Password,
});
export type SetUpInput = z.infer<typeof SetUpInput>;

export const PERSON_STATUSES = ["active", "invited", "disabled", "nameless"] as const;

/** Somebody with an account, as administrators see them. */
export const Person = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    is_admin: z.boolean(),
    status: z
      .enum(PERSON_STATUSES)
      .describe("`invited`: has not come in yet. `nameless`: disabled, and name and e-mail are replaced."),
    has_password: z.boolean(),
    has_provider: z.boolean().describe("Signs in by OpenID Connect."),
    groups: z.array(z.string()),
    link_expires_at: z.string().nullable().describe("Until when an unused link of theirs works."),
    last_sign_in_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: "Person" });
export type Person = z.infer<typeof Person>;

export const ListUsersInput = PageInput.extend({
  q: z.string().trim().max(200).describe("Part of a name or an e-mail.").optional(),
  status: z.enum(PERSON_STATUSES).optional(),
});
export type ListUsersInput = z.output<typeof ListUsersInput>;
export const PersonPage = pageOf(Person);

export const InviteUserInput = inputOf({
  email: NewEmail,
  name: PersonName,
  is_admin: z.boolean().default(false),
});
export type InviteUserInput = z.output<typeof InviteUserInput>;

/** A link that is shown once, and whose it is. */
export const PersonLink = z
  .object({ user: Person, url: z.string().describe("Works once."), expires_at: z.string() })
  .meta({ id: "PersonLink" });
export type PersonLink = z.infer<typeof PersonLink>;

export const UpdateUserInput = inputOf({
  id: Id,
  name: PersonName.optional(),
  email: NewEmail.optional(),
  is_admin: z.boolean().optional(),
  disabled: z
    .boolean()
    .describe("True ends every session and token of theirs for good, and their open streams within 3 s.")
    .optional(),
});
export type UpdateUserInput = z.output<typeof UpdateUserInput>;
export const UserInput = inputOf({ id: Id });

const LinkToken = z.string().min(1).max(200);
export const ReadLinkInput = inputOf({ token: LinkToken });
/** What the page of a link says before it is used. */
export const OpenLink = z.object({
  kind: z.enum(["invitation", "reset", "enter"]),
  name: z.string(),
  email: z.string(),
});
export const UseLinkInput = inputOf({ token: LinkToken, name: PersonName.optional(), password: Password });
export type UseLinkInput = z.output<typeof UseLinkInput>;

/** The signed-in person's account at the provider. */
export const Identity = z
  .object({
    id: z.string(),
    issuer: z.string(),
    label: z.string().describe("What the provider last called them."),
    last_used_at: z.string(),
    created_at: z.string(),
  })
  .meta({ id: "Identity" });
export type Identity = z.infer<typeof Identity>;
export const IdentityInput = inputOf({ id: Id });
