import { findProviderFault } from "../auth/oidc/provider-state";
import type { Settings } from "../lib/settings";
import { type Finding, fail, ok, warn } from "./finding";

/** Whether the provider by which people sign in answers here; nothing where none is set up. */
export async function checkProvider({ oidc, passwords }: Settings): Promise<Finding[]> {
  if (!oidc) return [];
  const fault = await findProviderFault(oidc.issuer);
  if (fault === null) return [ok("sign-on", `${oidc.name} answers at ${oidc.issuer}`)];
  const mend = "look at the provider, at PHASEBOARD_OIDC_ISSUER and at this machine's way there";
  if (passwords) return [warn("sign-on", `${fault}; passwords go on, who is signed in stays so; ${mend}`)];
  return [fail("sign-on", `${fault}; nobody can sign in, who is signed in stays so; ${mend}`)];
}
