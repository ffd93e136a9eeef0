import Bowser from "bowser";
import { ownDefault } from "../lib/own-default";

const MAX_LENGTH = 100;
/** Bowser's patterns need not see more than this of what anybody may send. */
const MAX_READ = 500;

/** A browser as people name it, for example "Firefox on Linux", from a User-Agent header. */
export function deviceOf(userAgent: string | null): string {
  if (!userAgent) return "Unknown browser";
  const { browser, os } = ownDefault(Bowser).parse(userAgent.slice(0, MAX_READ));
  return `${browser.name || "Unknown browser"}${os.name ? ` on ${os.name}` : ""}`.slice(0, MAX_LENGTH);
}
