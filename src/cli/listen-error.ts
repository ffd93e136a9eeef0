import { once } from "node:events";
import { createServer } from "node:net";
import { codeOf } from "../lib/errors";
import { type Settings, SettingsError } from "../lib/settings";

/** Addresses that mean "all interfaces": valid for listening, but no browser can open them. */
const WILDCARDS = ["0.0.0.0", "[::]"];

/** Throws `SettingsError` if people could not sign in at the address that they are told. */
export function checkAddress({ url, host, port }: Settings): void {
  if (!WILDCARDS.includes(new URL(url).hostname)) return;
  throw new SettingsError(
    `NEXTAUTH_URL must say the address that people type, since HOST is ${host}; for example NEXTAUTH_URL=http://localhost:${port}`,
  );
}

/** Listens there for a moment. Throws `SettingsError` that names PORT or HOST where that fails. */
export async function probePort(host: string, port: number): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, "listening");
  } catch (error) {
    throw listenError(error, host, port);
  } finally {
    probe.close();
  }
}

/** The error message for an address that cannot be listened on. */
export function listenError(error: unknown, host: string, port: number): SettingsError {
  const code = codeOf(error);
  const reasons: Record<string, string> = {
    EADDRINUSE: `PORT ${port} is taken by another program. Stop that program, or set PORT to a free one, for example PORT=${port === 65_535 ? 3000 : port + 1}`,
    EACCES: `PORT ${port} may not be opened by this user. Set PORT to one above 1023`,
    EADDRNOTAVAIL: `HOST ${host} is no address of this machine. Set HOST to one of its own, for example 127.0.0.1`,
    ENOTFOUND: `HOST ${host} is not known. Set HOST to an address of this machine, for example 127.0.0.1`,
  };
  return new SettingsError(reasons[code ?? ""] ?? `PORT ${port} on HOST ${host} cannot be opened: ${code}`);
}
