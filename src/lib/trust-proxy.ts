import { BlockList, isIP, isIPv6 } from "node:net";

/** The proxies whose `X-Forwarded-For` is trusted: a number of hops, or a list of addresses; null: none. */
export type TrustProxy = number | BlockList | null;

/**
 * Parses `PHASEBOARD_TRUST_PROXY`: a number of hops, or addresses and CIDRs separated by commas or spaces. Throws an
 * `Error` that says what is wrong.
 */
export function parseTrustProxy(text: string): TrustProxy {
  if (text.trim() === "") return null;
  if (/^\d+$/.test(text.trim())) {
    const hops = Number(text);
    if (hops > 16) throw new Error("must be a number of proxies from 1 to 16, or their addresses");
    return hops === 0 ? null : hops;
  }
  const list = new BlockList();
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const [address = "", prefix, ...more] = part.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    const bits = prefix === undefined ? (family === "ipv6" ? 128 : 32) : Number(prefix);
    const isWhole = /^\d+$/.test(prefix ?? "0") && bits <= (family === "ipv6" ? 128 : 32);
    if (!isIP(address) || !isWhole || more.length > 0) {
      throw new Error(`must be a number of proxies, or their addresses such as 10.0.0.0/8; ${part} is none`);
    }
    list.addSubnet(address, bits, family);
  }
  return list;
}

/** True where the address is a trusted proxy's, so that its connections come from many people. */
export function isTrustedProxy(address: string, trust: TrustProxy): boolean {
  if (trust === null) return false;
  if (typeof trust === "number") return true;
  const plain = plainAddress(address);
  return isIP(plain) !== 0 && trust.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
}

/**
 * The address of the client: the connection's, or the one that trusted proxies report. IPv6 addresses of one /64
 * network count as one.
 */
export function clientAddress(socket: string, forwarded: string | undefined, trust: TrustProxy): string {
  const path = trust === null ? [] : (forwarded ?? "").split(",").map(plainAddress);
  let at = plainAddress(socket);
  for (let hop = 0; isTrustedProxy(at, trust) && (typeof trust !== "number" || hop < trust); hop++) {
    const before = path.pop();
    if (before === undefined || !isIP(before)) break;
    at = before;
  }
  return isIPv6(at) ? network64(at) : at;
}

/** The address without port, brackets, or the `::ffff:` prefix of an IPv4 address. */
function plainAddress(text: string): string {
  const bare = text.trim().replace(/^\[(.*)\](?::\d+)?$/, "$1");
  const mapped = bare.replace(/^::ffff:(?=\d+\.)/i, "");
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(mapped) ? mapped.replace(/:\d+$/, "") : mapped;
}

function network64(address: string): string {
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const before = head.split(":").filter(Boolean);
  const after = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, "").toLowerCase()).join(":")}::/64`;
}
