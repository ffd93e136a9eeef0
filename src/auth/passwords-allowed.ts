import { AppError } from "../lib/errors";
import { readSettings } from "../lib/settings";

/** Throws FORBIDDEN where the installation has switched passwords off. */
export function refusePasswords(): void {
  const { passwords, oidc } = readSettings();
  if (passwords) return;
  throw new AppError("FORBIDDEN", `Passwords are switched off here. Sign in with ${oidc?.name}.`);
}
