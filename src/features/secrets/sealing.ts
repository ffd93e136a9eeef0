import { deriveKey, seal, unseal } from "../../lib/seal";

const PURPOSE = "phaseboard project secrets";

const placeOf = (project_id: string, name: string) => `${project_id}/${name}`;

/** The key that opens projects' secrets, and nothing else that is sealed under the server's secret. */
export function secretsKeyOf(secret: string): Buffer {
  return deriveKey(secret, PURPOSE);
}

/** Encrypts a value for its row, bound to the project and the secret's name. */
export function sealSecret(
  secret: string,
  { project_id, name, value }: { project_id: string; name: string; value: string },
): Buffer {
  return seal(secret, PURPOSE, value, placeOf(project_id, name));
}

/** Decrypts a value; null if it was sealed under another server secret. */
export function openSecret(
  key: Buffer,
  { project_id, name, sealed }: { project_id: string; name: string; sealed: Buffer },
): string | null {
  try {
    return unseal(key, PURPOSE, sealed, placeOf(project_id, name));
  } catch {
    return null;
  }
}
