import { seal, unseal } from "../../lib/seal";

const PURPOSE = "phaseboard project secrets";

const placeOf = (project_id: string, name: string) => `${project_id}/${name}`;

/** Encrypts a value for its row; it opens under no other project or name. */
export function sealSecret(
  secret: string,
  { project_id, name, value }: { project_id: string; name: string; value: string },
): Buffer {
  return seal(secret, PURPOSE, value, placeOf(project_id, name));
}

/** Null where the server's own secret is another than when it was sealed. */
export function openSecret(
  secret: string,
  { project_id, name, sealed }: { project_id: string; name: string; sealed: Buffer },
): string | null {
  try {
    return unseal(secret, PURPOSE, sealed, placeOf(project_id, name));
  } catch {
    return null;
  }
}
